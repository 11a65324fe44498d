namespace ThemePark.Modules.Storage.Alerts;

/// <summary>What an alert is about; stored as upper-case text.</summary>
internal enum AlertType
{
    /// <summary>Percent of the capacity in use.</summary>
    Capacity,

    /// <summary>Percent by which growth differs from the month before.</summary>
    GrowthRate,

    /// <summary>Partitions of a table.</summary>
    Partitions,

    /// <summary>Days until nothing fits any more.</summary>
    DaysUntilFull,
}

/// <summary>Stored as upper-case text.</summary>
internal enum AlertSeverity
{
    Warning,
    Critical,
}

/// <summary>What is told; stored as upper-case text.</summary>
internal enum AlertEvent
{
    Opened,
    Changed,
    Closed,
}

/// <summary>Where it is told; stored as upper-case text. The log and health need no delivery.</summary>
internal enum AlertChannel
{
    Audit,
    Webhook,
    Mail,
}

/// <summary>What the rules find wrong now.</summary>
/// <param name="Subject">The table; empty: the warehouse.</param>
internal sealed record Finding(AlertType Type, string Subject, AlertSeverity Severity, double Threshold, double Value, string Message);

/// <summary>What the rules say of one look.</summary>
/// <param name="Unknown">Types nothing can be said of now: their open alerts stay as they are.</param>
internal sealed record Verdict(IReadOnlyList<Finding> Findings, IReadOnlySet<AlertType> Unknown);

/// <summary>An alert as it stands. Instants are UTC.</summary>
internal sealed record Alert
{
    public uint AlertId { get; init; }

    public required AlertType Type { get; init; }

    public required string Subject { get; init; }

    public required AlertSeverity Severity { get; init; }

    public required string Message { get; init; }

    public double Threshold { get; init; }

    public double CurrentValue { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }

    public DateTime? ClosedAt { get; init; }
}

/// <summary>What a webhook is sent, an audit entry holds and a mail is written from.</summary>
/// <param name="DeliveryId">The same however often it is sent.</param>
internal sealed record AlertNotice(uint DeliveryId, AlertEvent Event, Alert Alert);

/// <summary>How many alerts a look opened, changed and closed, and how many are open now.</summary>
internal sealed record AlertChanges(int Opened, int Changed, int Closed, int Open);
