using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>What was asked for, and the instant all rows of the answer get: when the poll was due, not when upstream last changed something.</summary>
internal readonly record struct LiveReading(Guid Destination, DateTimeOffset Instant);

/// <summary>One row of a live document, without its state.</summary>
/// <param name="EntityType">As stated (ATTRACTION, SHOW, RESTAURANT, PARK, words yet to come); empty when not stated.</param>
/// <param name="ParkUuid">The park the row names; null when it names none, as the rows of parks do.</param>
/// <param name="LastUpdated">When upstream last saw a change, in milliseconds since 1970-01-01 UTC; says nothing of when it last looked.</param>
internal sealed record LiveEntity(Guid Uuid, string? Name, string EntityType, Guid? ParkUuid, string? ExternalId, long? LastUpdated)
{
    /// <summary>The row of a park itself: upstream does not maintain its status.</summary>
    public bool IsPark => EntityType == "PARK";
}

/// <summary>
/// A slice of the body that is kept as JSON: a field of a row that has no columns (<c>operatingHours</c>, <c>forecast</c>, fields yet to come) under its
/// own name, and what could not be read or is not known under that of its place: <c>status</c>, <c>queue.NAME</c>, <c>queue</c>, <c>showtimes</c>, …
/// Each name once in a row.
/// </summary>
/// <param name="Entity">Index into <see cref="LivePoll.Entities"/>.</param>
internal readonly record struct LivePart(int Entity, string Name, int Start, int Length);

/// <summary>A row nothing could be made of.</summary>
/// <param name="Index">Its place in the document, from 0.</param>
/// <param name="Reason">One of <see cref="QuarantineReason"/>.</param>
/// <param name="Raw">Its JSON, cut to a few thousand bytes.</param>
internal sealed record QuarantinedRow(int Index, string Reason, string Raw, Guid? EntityId)
{
    private const int MaxRawBytes = 8 * 1024;

    public static QuarantinedRow Of(int index, string reason, ReadOnlySpan<byte> raw, Guid? entity) =>
        new(index, reason, JsonValues.Text(raw, MaxRawBytes), entity);
}

/// <summary>Why a row is in quarantine; stable words.</summary>
internal static class QuarantineReason
{
    public const string NotAnObject = "NOT_AN_OBJECT";
    public const string MissingId = "MISSING_ID";
    public const string InvalidId = "INVALID_ID";

    /// <summary>Text that is no Unicode: no column can hold it.</summary>
    public const string NotUnicode = "NOT_UNICODE";

    public const string TooManyFields = "TOO_MANY_FIELDS";

    public const string MissingDate = "MISSING_DATE";
    public const string InvalidDate = "INVALID_DATE";
    public const string MissingType = "MISSING_TYPE";

    /// <summary>An opening or closing time that cannot be read; one without an offset is of an unknown clock.</summary>
    public const string InvalidTime = "INVALID_TIME";
}

/// <summary>
/// A live document, read. Row n of the batch is of entity n. <see cref="Rows"/> = rows in the batch + <see cref="Duplicates"/> +
/// <see cref="Quarantined"/>: no row is lost.
/// </summary>
internal sealed class LivePoll(LiveReading asked) : IDisposable
{
    public LiveReading Asked => asked;

    /// <summary>The rows' states. Queues and show times of rows that a later one replaced are left over in it; rows do not point at them.</summary>
    public ObservationBatch Batch { get; } = new();

    public List<LiveEntity> Entities { get; } = [];

    /// <summary>Where in the body the row of each entity lies.</summary>
    public List<(int Start, int Length)> Raw { get; } = [];

    /// <summary>The parks rows name; <see cref="SnapshotRow.Park"/> is an index into it.</summary>
    public List<Guid> Parks { get; } = [];

    public List<LivePart> Parts { get; } = [];

    public List<QuarantinedRow> Quarantine { get; } = [];

    public Findings Findings { get; } = new();

    /// <summary>The zone the document states, as stated. A destination's parks may be in others.</summary>
    public string? Zone { get; set; }

    /// <summary>Rows in the document, kept or not.</summary>
    public int Rows { get; set; }

    /// <summary>Rows that a later one of the same entity replaced.</summary>
    public int Duplicates { get; set; }

    public int Quarantined => Quarantine.Count;

    /// <summary>Kept rows by park, without the parks' own: what <see cref="RowCountSanity"/> compares. Rows that name no park are under the empty UUID.</summary>
    public IReadOnlyDictionary<Guid, int> RowsByPark() =>
        Entities.Where(e => !e.IsPark).GroupBy(e => e.ParkUuid ?? Guid.Empty).ToDictionary(g => g.Key, g => g.Count());

    public void Dispose() => Batch.Dispose();
}
