namespace ThemePark.BuildingBlocks;

/// <summary>Who did what, when, through which door.</summary>
public interface IAuditLog
{
    /// <summary>
    /// Writes one entry for the scope's caller to <c>activity_log</c>: a dotted verb such as <c>import.start</c>, the id of what it was
    /// done to, parameters and results (stored as JSON, never a secret), and the reason the caller gave.
    /// </summary>
    ValueTask RecordAsync(string action, string? subject, object? details, string? why, CancellationToken cancellationToken);
}
