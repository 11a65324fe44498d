using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>Why a poll failed, and so the reason of a gap; the words of <c>collection_runs.error_kind</c>.</summary>
internal static class PollErrors
{
    public const string ApiUnavailable = "API_UNAVAILABLE";
    public const string RateLimited = "RATE_LIMITED";
    public const string InvalidData = "INVALID_DATA";

    /// <summary>The fault is ours: the poll was missed, or its rows could not be written.</summary>
    public const string CollectionFailure = "COLLECTION_FAILURE";

    public static string Of(Exception e) => e is not UpstreamException upstream ? CollectionFailure : upstream.Kind switch
    {
        UpstreamFailure.RateLimited => RateLimited,
        UpstreamFailure.InvalidData => InvalidData,
        UpstreamFailure.ApiUnavailable or UpstreamFailure.NotFound or UpstreamFailure.Unauthorized => ApiUnavailable,
        _ => CollectionFailure,
    };
}

/// <summary>What one poll of one destination came to.</summary>
/// <param name="AlreadyPolled">The slot had a good poll before; nothing was written.</param>
internal sealed record PollOutcome(
    Guid Destination, DateTime Slot, bool AlreadyPolled, int RowsSeen, int Snapshots, int Changed, int Duplicates, int Quarantined, int Unmatched, bool Simulated,
    string? ErrorKind, string? ErrorMessage)
{
    public static PollOutcome PolledBefore(Guid destination, DateTime slot) => new(destination, slot, true, 0, 0, 0, 0, 0, 0, false, null, null);

    public static PollOutcome Failed(Guid destination, DateTime slot, Exception e) =>
        new(destination, slot, false, 0, 0, 0, 0, 0, 0, false, PollErrors.Of(e), e.Message);
}
