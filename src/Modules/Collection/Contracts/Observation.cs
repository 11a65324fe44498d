namespace ThemePark.Modules.Collection.Contracts;

/// <summary>What a ride says of itself. A missing value is "not stated" or "unknown", told apart by <see cref="ObservationFlags"/>.</summary>
public enum RideStatus : byte
{
    /// <summary>Not stated, stated as null, or stated with a word we do not know.</summary>
    None = 0,
    Operating = 1,
    Down = 2,
    Closed = 3,
    Refurbishment = 4,
}

/// <summary>The six kinds of queue upstream knows. STANDBY waits live on the snapshot row itself, the others in <c>queue_data</c>.</summary>
public enum QueueType : byte
{
    None = 0,
    Standby = 1,
    SingleRider = 2,
    ReturnTime = 3,
    PaidReturnTime = 4,
    BoardingGroup = 5,
    PaidStandby = 6,
}

/// <summary>State of a return-time or boarding-group queue.</summary>
public enum QueueState : byte
{
    None = 0,
    Available = 1,
    TempFull = 2,
    Finished = 3,
    Paused = 4,
    Closed = 5,
}

/// <summary>Where a row came from; persisted as a number.</summary>
public enum DataSource : byte
{
    Live = 1,
    Archive = 2,

    /// <summary>Brought over from an existing warehouse, whatever its source was there.</summary>
    Legacy = 3,
}

/// <summary>
/// What is known about a snapshot besides its values; persisted as a number. The "stated" bits tell a known null from
/// "not seen": a part that was not stated carries forward from the row before.
/// </summary>
[Flags]
public enum ObservationFlags : ushort
{
    None = 0,
    StatusStated = 1,
    WaitStated = 2,
    ShowtimesStated = 4,

    /// <summary>The status was a word outside the known four.</summary>
    UnknownStatus = 8,

    /// <summary>The wait is below zero (operator code such as -1); never used in statistics.</summary>
    WaitNegative = 16,

    /// <summary>The wait is 480 minutes or more.</summary>
    WaitExtreme = 32,

    /// <summary>The wait is above 1440 minutes; never used in statistics.</summary>
    WaitImplausible = 64,

    /// <summary>The stored wait differs from the raw one: rounded to a minute, clamped to the column, or not a number.</summary>
    WaitAdjusted = 128,

    /// <summary>The offset of the stated local time is not the zone's at that instant.</summary>
    OffsetMismatch = 256,

    /// <summary>The event named another park than the ride's own; the row belongs to the ride's park.</summary>
    WrongPark = 512,

    /// <summary>The event named a queue type we do not know; it is not stored.</summary>
    UnknownQueue = 1024,

    /// <summary>Show times were stated and are those stored last: no rows of theirs are written again. Live rows only.</summary>
    ShowtimesUnchanged = 2048,

    /// <summary>The existing warehouse the row was brought over from had it from the archive; without it, from a poll. Legacy rows only.</summary>
    LegacyArchive = 4096,
}

/// <summary>One state of one entity at one instant. <see cref="Entity"/> is an index into the reader's entity table.</summary>
public struct SnapshotRow
{
    /// <summary>Stands for "no value" in <see cref="Wait"/>.</summary>
    public const short NoWait = short.MinValue;

    public int Entity { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long Instant { get; set; }

    /// <summary>Minutes of the STANDBY queue, or <see cref="NoWait"/>.</summary>
    public short Wait { get; set; }

    public RideStatus Status { get; set; }

    public ObservationFlags Flags { get; set; }

    /// <summary>Index of the park the event named, or -1.</summary>
    public int Park { get; set; }

    /// <summary>First of this row's queues in <see cref="ObservationBatch.Queues"/>.</summary>
    public int QueueStart { get; set; }

    /// <summary>First of this row's show times in <see cref="ObservationBatch.Shows"/>.</summary>
    public int ShowStart { get; set; }

    public byte QueueCount { get; set; }

    public byte ShowCount { get; set; }
}

/// <summary>One queue other than STANDBY. Instants are milliseconds since 1970-01-01 UTC; <see cref="NoInstant"/> and <see cref="NoNumber"/> are null.</summary>
public struct QueueRow
{
    public const long NoInstant = long.MinValue;
    public const int NoNumber = int.MinValue;

    public QueueType Type { get; set; }
    public QueueState State { get; set; }
    public ObservationFlags Flags { get; set; }
    public short Wait { get; set; }
    public long ReturnStart { get; set; }
    public long ReturnEnd { get; set; }

    /// <summary>Price in the currency's minor unit (cents; whole yen for JPY).</summary>
    public long PriceMinor { get; set; }

    /// <summary>Three ASCII letters packed big-endian, 0 = none.</summary>
    public int Currency { get; set; }

    public int GroupStart { get; set; }
    public int GroupEnd { get; set; }
    public long NextAllocation { get; set; }

    /// <summary>Estimated wait in minutes of a boarding group.</summary>
    public int EstimatedWait { get; set; }

    /// <summary>A queue of the given type with nothing known about it.</summary>
    public static QueueRow Unknown(QueueType type) => new()
    {
        Type = type,
        Wait = SnapshotRow.NoWait,
        ReturnStart = NoInstant,
        ReturnEnd = NoInstant,
        PriceMinor = NoInstant,
        GroupStart = NoNumber,
        GroupEnd = NoNumber,
        NextAllocation = NoInstant,
        EstimatedWait = NoNumber,
    };
}

/// <summary>One show time as stated. Instants are milliseconds since 1970-01-01 UTC.</summary>
public struct ShowRow
{
    public long Start { get; set; }
    public long End { get; set; }

    /// <summary>Kind as stated, for instance "Performance Time"; null when upstream gave a bare time.</summary>
    public string? Kind { get; set; }
}
