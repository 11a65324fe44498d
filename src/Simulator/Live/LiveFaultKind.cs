namespace ThemePark.Simulator;

/// <summary>What goes wrong with an answer of the live API. The word in brackets is the one of the command line.</summary>
public enum LiveFaultKind
{
    /// <summary>429 with Retry-After, one second unless set [429].</summary>
    TooManyRequests,

    /// <summary>503, with Retry-After when <see cref="LiveFault.RetryAfter"/> is set [503].</summary>
    Unavailable,

    /// <summary>The true answer after <see cref="LiveFault.Delay"/> of real time [slow].</summary>
    Slow,

    /// <summary>The request is accepted and never answered [black-hole].</summary>
    BlackHole,

    /// <summary>The connection is reset before any answer [reset].</summary>
    Reset,

    /// <summary>200 with an HTML page [html].</summary>
    HtmlBody,

    /// <summary>The true Content-Length, half of the body, then a reset [truncate].</summary>
    Truncated,

    /// <summary>The true body as text/plain [content-type].</summary>
    WrongContentType,

    /// <summary><c>liveData</c> without rows [empty].</summary>
    EmptyLiveData,

    /// <summary>Rows twice: first with a wait five minutes higher, later as they are [duplicate].</summary>
    DuplicateRows,

    /// <summary>Rows of a sibling park, or of the next destination, at the end of the feed; they carry their own true park [foreign-row].</summary>
    ForeignRows,

    /// <summary>Rows that name a sibling park as theirs [wrong-park].</summary>
    WrongPark,

    /// <summary>All rows as they were when the fault began [frozen].</summary>
    Frozen,

    /// <summary>Rows are missing [missing-row].</summary>
    MissingRows,

    /// <summary><c>queue</c> is null [null-queue].</summary>
    NullQueue,

    /// <summary>Every field of every queue is null [null-parts].</summary>
    NullQueueParts,

    /// <summary><c>queue</c> is an array [queue-array].</summary>
    QueueArray,

    /// <summary>A status nobody knows: WEATHER_HOLD [unknown-status].</summary>
    UnknownStatus,

    /// <summary>A further queue nobody knows: VIRTUAL_PASS [unknown-queue].</summary>
    UnknownQueue,

    /// <summary>New fields in the row, its queues and the envelope [extra-fields].</summary>
    ExtraFields,

    /// <summary><c>queue</c> is a text where an object belongs [malformed-row].</summary>
    MalformedRow,

    /// <summary>The row is a text where an object belongs [text-row].</summary>
    TextRow,

    /// <summary>The row has no id [missing-id].</summary>
    MissingId,
}
