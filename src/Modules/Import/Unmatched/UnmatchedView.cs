using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Unmatched;

/// <summary>
/// An entity without a ride. <c>occurrences</c>, <c>days</c>, <c>first_seen</c> and <c>last_seen</c> (UTC) are of the observations that still have no ride;
/// <c>time_zone</c> is the park's, as the catalogue or else the events have it. <c>candidates</c> are best first, the second being the runner-up; none of
/// them is bound by itself.
/// </summary>
internal sealed record UnmatchedView(
    int UnmatchedId,
    int DestinationId,
    string? DestinationName,
    Guid EntityUuid,
    string? Name,
    string? ExternalId,
    UnmatchedPark? Park,
    string? TimeZone,
    string Kind,
    string Status,
    string Reason,
    long Occurrences,
    int Days,
    DateTime? FirstSeen,
    DateTime? LastSeen,
    IReadOnlyList<UnmatchedCandidate> Candidates,
    string FirstImportId,
    string LastImportId,
    string? Resolution,
    int? RideId,
    string? Note,
    DateTime? ResolvedAt,
    string? ResolvedBy);

/// <summary>The park as the events state it; <c>park_id</c> is null when the catalogue does not have it.</summary>
internal sealed record UnmatchedPark(Guid ParkUuid, int? ParkId, string? Name);
