using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Quality.Issues;

/// <summary>An issue as the API shows it.</summary>
/// <param name="EntityType">RIDE, PARK, DESTINATION or WAREHOUSE: the smallest thing it is about.</param>
/// <param name="EntityId">Ours; null for the warehouse as a whole.</param>
/// <param name="TimestampStart">UTC; null when it is not a matter of time.</param>
/// <param name="TimestampEnd">UTC, exclusive; null while it goes on.</param>
/// <param name="IsPresent">The last check that looked there found it.</param>
internal sealed record IssueView(
    int LogId,
    string IssueType,
    string Severity,
    string Detector,
    string EntityType,
    int? EntityId,
    string? EntityName,
    int? DestinationId,
    string? DestinationName,
    int? ParkId,
    string? ParkName,
    int? RideId,
    string? RideName,
    string Description,
    string? SampleRecord,
    string? GapType,
    string? DataSource,
    DateTime? TimestampStart,
    DateTime? TimestampEnd,
    long RecordsAffected,
    string ResolutionStatus,
    string? ResolutionNotes,
    string? ResolvedBy,
    DateTime? ResolvedAt,
    bool IsPresent,
    int TimesOpened,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime LastSeenAt);

/// <summary>The row behind it.</summary>
internal sealed class IssueRow
{
    public const string Columns =
        """
        log_id AS LogId, issue_type AS IssueType, severity AS Severity, detector AS Detector, destination_id AS DestinationId, park_id AS ParkId,
        ride_id AS RideId, description AS Description, sample AS Sample, gap_type AS GapType, data_source AS Source, timestamp_start AS Start,
        timestamp_end AS End, records_affected AS Records, resolution_status AS Status, resolution_notes AS Notes, resolved_by AS ResolvedBy,
        resolved_at AS ResolvedAt, is_present AS IsPresent, times_opened AS TimesOpened, created_at AS CreatedAt, updated_at AS UpdatedAt,
        seen_at AS SeenAt
        """;

    public int LogId { get; init; }
    public string IssueType { get; init; } = "";
    public string Severity { get; init; } = "";
    public string Detector { get; init; } = "";
    public int? DestinationId { get; init; }
    public int? ParkId { get; init; }
    public int? RideId { get; init; }
    public string Description { get; init; } = "";
    public string? Sample { get; init; }
    public string? GapType { get; init; }
    public int? Source { get; init; }
    public DateTime? Start { get; init; }
    public DateTime? End { get; init; }
    public long Records { get; init; }
    public string Status { get; init; } = "";
    public string? Notes { get; init; }
    public string? ResolvedBy { get; init; }
    public DateTime? ResolvedAt { get; init; }
    public bool IsPresent { get; init; }
    public int TimesOpened { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; init; }
    public DateTime SeenAt { get; init; }
}

/// <summary>Gives issues the names of today.</summary>
internal sealed class IssueViews(ICatalogue catalogue)
{
    public static string? SourceText(int? source) => source is { } value ? ((DataSource)value).ToUpperSnake() : null;

    public async Task<bool> HasParkAsync(int parkId, CancellationToken ct) => await catalogue.FindDestinationOfParkAsync(parkId, ct) is not null;

    public async Task<IReadOnlyList<IssueView>> OfAsync(IReadOnlyList<IssueRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var destinations = (await catalogue.ListDestinationsAsync(ct)).ToDictionary(d => d.DestinationId, d => d.Name ?? d.Slug);
        var parks = (await catalogue.ListParksAsync(null, ct)).ToDictionary(p => p.ParkId, p => p.Name ?? p.Slug);
        var rides = await catalogue.GetRidesAsync([.. rows.Select(r => r.RideId).OfType<int>().Distinct()], ct);
        return [.. rows.Select(r => View(r, destinations, parks, rides))];
    }

    private static IssueView View(
        IssueRow row, Dictionary<int, string?> destinations, Dictionary<int, string?> parks, IReadOnlyDictionary<int, Ride> rides)
    {
        var destination = row.DestinationId is { } d ? destinations.GetValueOrDefault(d) : null;
        var park = row.ParkId is { } p ? parks.GetValueOrDefault(p) : null;
        var ride = row.RideId is { } r && rides.TryGetValue(r, out var known) ? known.Name : null;
        (string Type, int? Id, string? Name) entity = row switch
        {
            { RideId: not null } => ("RIDE", row.RideId, ride),
            { ParkId: not null } => ("PARK", row.ParkId, park),
            { DestinationId: not null } => ("DESTINATION", row.DestinationId, destination),
            _ => ("WAREHOUSE", null, null),
        };
        return new IssueView(
            row.LogId, row.IssueType, row.Severity, row.Detector, entity.Type, entity.Id, entity.Name, row.DestinationId, destination, row.ParkId, park, row.RideId, ride,
            row.Description, row.Sample, row.GapType, SourceText(row.Source), row.Start, row.End, row.Records, row.Status, row.Notes, row.ResolvedBy,
            row.ResolvedAt, row.IsPresent, row.TimesOpened, row.CreatedAt, row.UpdatedAt, row.SeenAt);
    }
}
