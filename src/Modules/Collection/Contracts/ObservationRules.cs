using ThemePark.Modules.Collection.Rules;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>How a part of an observation was found.</summary>
public enum Presence : byte
{
    /// <summary>The key is absent.</summary>
    NotStated = 0,

    /// <summary>The key is there with null.</summary>
    Null = 1,

    /// <summary>The key is there with a value that can be read.</summary>
    Value = 2,

    /// <summary>The key is there with a value that cannot be read.</summary>
    Invalid = 3,
}

/// <summary>What is reported about an observation; also the issue types of the quality report.</summary>
public enum FindingType : byte
{
    None = 0,
    InvalidTimestamp,
    FutureTimestamp,
    WaitTimeOutOfRange,
    UnknownStatus,
    MissingField,
    UnknownQueueType,
    WrongPark,
    CorruptFile,
    OffsetMismatch,
    OutsideFileDay,
    DuplicateInstant,
    MalformedValue,
}

/// <summary>One observation as read, before anything is decided about it. Times are milliseconds since 1970-01-01 UTC.</summary>
public struct RawObservation
{
    public Presence EntityId { get; set; }
    public Presence Time { get; set; }
    public long Instant { get; set; }
    public long Now { get; set; }

    /// <summary>The window of instants the source object may hold; outside it an observation is not its own.</summary>
    public long WindowStart { get; set; }
    public long WindowEnd { get; set; }

    public Presence LocalOffset { get; set; }
    public int LocalOffsetMinutes { get; set; }
    public Presence ZoneOffset { get; set; }
    public int ZoneOffsetMinutes { get; set; }
    public Presence Status { get; set; }
    public Presence Wait { get; set; }
    public double WaitMinutes { get; set; }
    public bool UnknownQueueType { get; set; }

    /// <summary>A queue or a show time has a field nobody told us of. No rule minds; who keeps raw values can.</summary>
    public bool UnknownField { get; set; }

    /// <summary>Something inside a queue or a show time could not be read (price, window, group).</summary>
    public bool MalformedValue { get; set; }
}

/// <summary>What the rules decided: kept with flags, or rejected. Every rule speaks; nothing is cut short.</summary>
public struct ObservationDecision
{
    private uint _findings;

    /// <summary>The first reason to reject, or <see cref="FindingType.None"/>.</summary>
    public FindingType Rejection { get; private set; }

    public ObservationFlags Flags { get; private set; }

    /// <summary>The wait to store, in minutes.</summary>
    public short Wait { get; private set; }

    public readonly bool HasFindings => _findings != 0;

    public static ObservationDecision Undecided() => new() { Wait = SnapshotRow.NoWait };

    public void Reject(FindingType reason)
    {
        if (Rejection == FindingType.None)
        {
            Rejection = reason;
        }

        Report(reason);
    }

    public void Flag(ObservationFlags flags) => Flags |= flags;

    public void Report(FindingType finding) => _findings |= 1u << (int)finding;

    public void StoreWait(short minutes) => Wait = minutes;

    public readonly bool Reports(FindingType finding) => (_findings & (1u << (int)finding)) != 0;
}

/// <summary>One rule about one observation: looks, and says what it finds. Adding a rule touches nothing else but the list below.</summary>
public interface IObservationRule
{
    void Decide(in RawObservation observation, ref ObservationDecision decision);
}

/// <summary>The rules, in order. Import and live collection apply the same ones.</summary>
public static class ObservationRules
{
    /// <summary>Raised with every change of a rule's meaning; stored with each run.</summary>
    public const string Version = "1";

    private static readonly IObservationRule[] Rules =
    [
        new IdentityRule(),
        new TimestampRule(),
        new FutureTimestampRule(),
        new FileDayRule(),
        new StatusRule(),
        new WaitRangeRule(),
        new QueueTypeRule(),
        new OffsetRule(),
        new MalformedValueRule(),
    ];

    public static IReadOnlyList<IObservationRule> All => Rules;

    public static void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        foreach (var rule in Rules)
        {
            rule.Decide(in observation, ref decision);
        }
    }
}
