namespace ThemePark.Simulator;

/// <summary>What is wrong with one event. The first five cannot be placed (no entity or no instant) and must be rejected; the rest is kept.</summary>
public enum UglyEvent
{
    /// <summary>entityId absent, null or empty.</summary>
    MissingEntityId,

    /// <summary>entityId is not a UUID (a digit too many).</summary>
    InvalidEntityId,

    /// <summary>eventTime absent or null.</summary>
    MissingEventTime,

    /// <summary>eventTime is no instant.</summary>
    InvalidEventTime,

    /// <summary>eventTime lies in the year 2096.</summary>
    FutureEventTime,

    /// <summary><c>"data": null</c>: states nothing.</summary>
    DataNull,

    /// <summary><c>"queue": null</c>.</summary>
    QueueNull,

    /// <summary>queue is an array.</summary>
    QueueArray,

    /// <summary>STANDBY (or the first queue present) is null instead of an object.</summary>
    QueuePartNull,

    /// <summary>A status outside the four known ones.</summary>
    UnknownStatus,

    /// <summary>A seventh queue type beside the known ones.</summary>
    UnknownQueueType,

    /// <summary>STANDBY wait below zero (operators' sentinels).</summary>
    NegativeWait,

    /// <summary>STANDBY wait from 480 to 1,440 minutes.</summary>
    ExtremeWait,

    /// <summary>STANDBY wait above 1,440 minutes.</summary>
    ImpossibleWait,

    /// <summary>parkId and parkSlug of a sibling park.</summary>
    ParkMismatch,

    /// <summary>localTime's offset contradicts the time zone at that instant.</summary>
    OffsetMismatch,

    /// <summary>Unknown properties in the event, its data, its queue and the queue's parts.</summary>
    ExtraProperties,

    /// <summary>entityId is the park itself.</summary>
    ParkEntity,

    /// <summary>Second event of one entity at one instant, with another wait: the last in file order wins.</summary>
    DuplicateInstant,
}

/// <summary>What is unusual about one day's object.</summary>
public enum UglyFile
{
    /// <summary>gzip instead of zlib; readable.</summary>
    Gzip,

    /// <summary>Plain JSON; readable.</summary>
    Plain,

    /// <summary>A bare array of events; readable.</summary>
    BareArray,

    /// <summary>Unknown properties before and after <c>events</c>; readable.</summary>
    ExtraRootProperties,

    /// <summary><c>{"events":[]}</c>; readable, empty.</summary>
    NoEvents,

    /// <summary>zlib with flipped bytes; must fail.</summary>
    Corrupt,

    /// <summary>zlib cut off; must fail.</summary>
    Truncated,

    /// <summary>Two zlib streams one after the other; must fail.</summary>
    Concatenated,

    /// <summary>Zero bytes; must fail.</summary>
    Empty,

    /// <summary>A JSON object without <c>events</c>; must fail.</summary>
    NoEventsProperty,

    /// <summary>No object at all for this day.</summary>
    Missing,
}
