using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThemePark.Simulator;

/// <summary>
/// What an importer must find in a generated archive, counted while writing it. Never part of the archive.
/// </summary>
public sealed record GeneratorReport
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>Day of the first file.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>Day of the last file.</summary>
    public required DateOnly LastDay { get; init; }

    /// <summary>One entry per destination, in the order of <c>destinations.json</c>.</summary>
    public required IReadOnlyList<DestinationReport> Destinations { get; init; }

    /// <summary>One entry per day object written, by key in ordinal order; a missing day has none.</summary>
    public required IReadOnlyList<FileReport> Files { get; init; }

    /// <summary>Keys of objects that are no day files, in ordinal order, with the reason.</summary>
    public required IReadOnlyList<SkippedObject> Skipped { get; init; }

    /// <summary>Events in all readable files.</summary>
    public long Listed => Files.Sum(f => (long)f.Listed);

    /// <summary>Events an importer must store, over all readable files.</summary>
    public long Good => Files.Sum(f => (long)f.Good);

    /// <summary>Events that share entity and instant with a later one in the same file.</summary>
    public long Duplicates => Files.Sum(f => (long)f.Duplicates);

    /// <summary>Events without entity or instant.</summary>
    public long Rejected => Files.Sum(f => (long)f.Rejected);

    /// <summary>Ugly events by kind, over all readable files.</summary>
    public IReadOnlyDictionary<UglyEvent, int> Ugly =>
        Files.SelectMany(f => f.Ugly).GroupBy(u => u.Key).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.Sum(u => u.Value));

    /// <summary>The report as indented JSON, for people and other programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>One destination of the generated world.</summary>
/// <param name="Id">UUID, the first segment of its keys.</param>
/// <param name="Name">Name as in <c>destinations.json</c>.</param>
/// <param name="Slug">Slug as in <c>destinations.json</c>.</param>
/// <param name="TimeZone">IANA zone of all its parks.</param>
/// <param name="Parks">Its parks.</param>
/// <param name="Entities">Ids of all entities with at least one good event in a readable file, in ordinal order.</param>
/// <param name="MissingDays">Days without an object.</param>
/// <param name="Renamed">Entities that carried a second name for a while.</param>
/// <param name="Replaced">Entities that got a new UUID under the same name.</param>
/// <param name="Retired">Entities without any event from a day on.</param>
public sealed record DestinationReport(
    string Id,
    string Name,
    string Slug,
    string TimeZone,
    IReadOnlyList<ParkReport> Parks,
    IReadOnlyList<string> Entities,
    IReadOnlyList<DateOnly> MissingDays,
    IReadOnlyList<RenamedEntity> Renamed,
    IReadOnlyList<ReplacedEntity> Replaced,
    IReadOnlyList<RetiredEntity> Retired);

/// <summary>One park; counts are of its model, whether or not each had an event.</summary>
public sealed record ParkReport(string Id, string Name, string Slug, int Rides, int Shows);

/// <summary>From and To are park-local days, both included.</summary>
public sealed record RenamedEntity(string Id, string Name, string Overlay, DateOnly From, DateOnly To);

/// <summary>From is the first park-local day under the new id.</summary>
public sealed record ReplacedEntity(string OldId, string NewId, string Name, DateOnly From);

/// <summary>From is the first park-local day without events.</summary>
public sealed record RetiredEntity(string Id, string Name, DateOnly From);

/// <summary>An object of the bucket that is no day file.</summary>
public sealed record SkippedObject(string Key, string Reason);

/// <summary>
/// One day object. Listed = Good + Duplicates + Rejected; all counts are zero when <see cref="Fails"/>.
/// </summary>
public sealed record FileReport
{
    /// <summary>Key in the bucket.</summary>
    public required string Key { get; init; }

    /// <summary>UUID of the destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Day in the key.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>What is unusual about the object; null for zlib with an <c>events</c> list.</summary>
    public UglyFile? Kind { get; init; }

    /// <summary>Whether an importer must record the object as failed and store nothing of it.</summary>
    public bool Fails => Kind is UglyFile.Corrupt or UglyFile.Truncated or UglyFile.Concatenated or UglyFile.Empty or UglyFile.NoEventsProperty;

    /// <summary>Size as stored.</summary>
    public required long Bytes { get; init; }

    /// <summary>Size of the JSON text; null when the object fails.</summary>
    public long? InflatedBytes { get; init; }

    /// <summary>Events in the list.</summary>
    public int Listed { get; init; }

    /// <summary>Distinct (entity, instant) pairs: what must be stored, flagged or not.</summary>
    public int Good { get; init; }

    /// <summary>Events beyond the last one of their (entity, instant).</summary>
    public int Duplicates { get; init; }

    /// <summary>Events without a valid entity id or with a missing, invalid or future instant.</summary>
    public int Rejected { get; init; }

    /// <summary>Ugly events by kind; DuplicateInstant equals <see cref="Duplicates"/>.</summary>
    public IReadOnlyDictionary<UglyEvent, int> Ugly { get; init; } = new Dictionary<UglyEvent, int>();

    /// <summary>Good events that state a numeric STANDBY wait, raw values of any size included.</summary>
    public int StandbyReadings { get; init; }

    /// <summary>Sum of those waits in minutes.</summary>
    public long StandbyMinutes { get; init; }

    /// <summary>Instant of the earliest good event, UTC.</summary>
    public DateTimeOffset? FirstEvent { get; init; }

    /// <summary>Instant of the latest good event, UTC.</summary>
    public DateTimeOffset? LastEvent { get; init; }
}
