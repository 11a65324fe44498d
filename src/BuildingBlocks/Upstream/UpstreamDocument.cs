namespace ThemePark.Upstream;

/// <summary>One answer of upstream: a whole, well-formed JSON document.</summary>
/// <param name="Path">What was asked for, below the base address.</param>
/// <param name="Body">The JSON as sent; shared with later answers that say "not modified", so it is never written to.</param>
/// <param name="ETag">As sent, with its quotes; null without one.</param>
/// <param name="NotModified">Upstream said 304: this is the body of the answer before.</param>
/// <param name="ReceivedAt">When the answer was complete.</param>
/// <param name="Simulated">The header <c>X-Simulated</c> was there: a simulator answered, this is no real data.</param>
public sealed record UpstreamDocument(
    string Path, ReadOnlyMemory<byte> Body, string? ETag, bool NotModified, DateTimeOffset ReceivedAt, bool Simulated)
{
    /// <summary>As deep as any reader of ours goes.</summary>
    public const int MaxDepth = 64;
}
