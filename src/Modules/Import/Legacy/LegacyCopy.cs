namespace ThemePark.Modules.Import.Legacy;

/// <summary>Where bringing over an existing warehouse stands.</summary>
internal enum LegacyState
{
    /// <summary>Known, nothing copied.</summary>
    Planned,

    /// <summary>Days are being copied, or some are left from a run that was stopped.</summary>
    Copying,

    /// <summary>Every row up to the watermark is copied, kept or counted; the old system goes on writing.</summary>
    Copied,

    /// <summary>The legacy table is being taken out of service.</summary>
    Swapping,

    /// <summary>The legacy table is frozen under another name; on the same server a view over ours stands in its place.</summary>
    Swapped,

    /// <summary>The legacy table is being put back.</summary>
    RollingBack,

    /// <summary>The legacy table is as it was, with the rows our collection has stored since.</summary>
    RolledBack,
}

/// <summary>What a swap or rollback has begun last; what lies before it is done.</summary>
internal enum LegacyStep
{
    Rename,
    Final,
    View,
    WriteBack,
    Restore,
}

/// <summary>What a job is to do.</summary>
internal enum LegacyTask
{
    Copy,
    Verify,
    Swap,
    RollBack,
}

/// <summary>One existing warehouse and how far it is brought over.</summary>
internal sealed record LegacyCopy
{
    public int CopyId { get; init; }
    public string Source { get; init; } = "";
    public LegacyState State { get; init; }
    public LegacyStep? Step { get; init; }
    public long? Watermark { get; init; }
    public long UndatedRows { get; init; }
    public string? JobId { get; init; }
    public string? Error { get; init; }
    public DateTime? FrozenAt { get; init; }
    public long? WriteDownMs { get; init; }
    public long? ReadDownMs { get; init; }
    public long? ProbeReads { get; init; }
    public long WrittenBack { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; init; }
}

/// <summary>Sums over days; <see cref="Listed"/> is the sum of the next five.</summary>
internal sealed record LegacyTotals
{
    public long Days { get; init; }
    public long Pending { get; init; }
    public long Verified { get; init; }
    public long Mismatched { get; init; }
    public long Planned { get; init; }
    public long Listed { get; init; }
    public long Copied { get; init; }
    public long Duplicates { get; init; }
    public long Kept { get; init; }
    public long Unknown { get; init; }
    public long Odd { get; init; }
    public DateOnly? FirstDay { get; init; }
    public DateOnly? LastDay { get; init; }
}
