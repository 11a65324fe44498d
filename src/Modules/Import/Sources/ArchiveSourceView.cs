using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Sources;

/// <summary>
/// The source as operators see it. <c>retry_at</c>: when an open breaker lets the next request try; <c>waiting_until</c>: how long the source
/// asked for silence. Counts are of this node since its start.
/// </summary>
internal sealed record ArchiveSourceView(
    string Kind, string Location, BreakerView Breaker, DateTimeOffset? WaitingUntil, RequestsView Requests, SourceErrorView? LastError, DateTimeOffset? LastSuccessAt)
{
    public static ArchiveSourceView Of(IArchiveSource source, SourceGuard guard)
    {
        var status = guard.Status();
        return new ArchiveSourceView(
            source.Kind,
            source.Location,
            new BreakerView(status.Breaker, status.ConsecutiveFailures, status.OpenedAt, status.RetryAt),
            status.WaitingUntil,
            new RequestsView(status.Requests, status.Succeeded, status.Failed, status.Retries),
            status is { LastErrorKind: { } kind, LastError: { } message, LastErrorAt: { } at } ? new SourceErrorView(kind, message, at) : null,
            status.LastSuccessAt);
    }
}

internal sealed record BreakerView(BreakerState State, int ConsecutiveFailures, DateTimeOffset? OpenedAt, DateTimeOffset? RetryAt);

internal sealed record RequestsView(long Sent, long Succeeded, long Failed, long Retried);

internal sealed record SourceErrorView(string Kind, string Message, DateTimeOffset At);
