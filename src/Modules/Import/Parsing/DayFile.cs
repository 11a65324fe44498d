using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Import.Parsing;

/// <summary>Why a whole day file could not be read; stable words, shown to operators and stored with the file.</summary>
internal static class FileFailure
{
    public const string Empty = "EMPTY_FILE";
    public const string Corrupt = "CORRUPT_FILE";
    public const string Truncated = "TRUNCATED_FILE";
    public const string Trailing = "TRAILING_DATA";
    public const string MissingEvents = "MISSING_EVENTS";
    public const string TooLarge = "TOO_LARGE";
    public const string Bomb = "DECOMPRESSION_RATIO";
    public const string UnknownFormat = "UNKNOWN_FORMAT";
}

/// <summary>A day file that cannot be read as a whole. <see cref="Reason"/> is one of <see cref="FileFailure"/>.</summary>
internal sealed class DayFileException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Reason { get; } = reason;
}

/// <summary>A name an entity carried, and the first instant in the file that says so (milliseconds since 1970-01-01 UTC).</summary>
internal readonly record struct DatedName(string Name, long Since);

/// <summary>What one day file says of one entity.</summary>
internal sealed class FileEntity(Guid uuid)
{
    public Guid Uuid { get; } = uuid;

    /// <summary>Names in file order; consecutive ones differ.</summary>
    public List<DatedName> Names { get; } = [];

    public string? ExternalId { get; set; }

    /// <summary>Zone index of the first event that named one, or -1.</summary>
    public int Zone { get; set; } = -1;

    /// <summary>Events per park index: the park named most often is taken for a new ride's own.</summary>
    public Dictionary<int, int> Parks { get; } = [];

    public bool HasShowtimes { get; set; }

    public bool HasQueues { get; set; }

    public int Observations { get; set; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long FirstSeen { get; set; } = long.MaxValue;

    public long LastSeen { get; set; } = long.MinValue;
}

/// <summary>A park as named by events.</summary>
internal sealed record FilePark(Guid Uuid, string? Slug);

/// <summary>A day file, read: rows still speak of entities by their index in <see cref="Entities"/>.</summary>
internal sealed class DayFile : IDisposable
{
    public ObservationBatch Batch { get; } = new();

    public List<FileEntity> Entities { get; } = [];

    public List<FilePark> Parks { get; } = [];

    public List<string> Zones { get; } = [];

    /// <summary>Events in the file, kept or not.</summary>
    public int Events { get; set; }

    /// <summary>Events no row could be made of.</summary>
    public int Rejected { get; set; }

    /// <summary>Events of a park itself: upstream does not maintain them, they are no ride.</summary>
    public int ParkEvents { get; set; }

    public Findings Findings { get; } = new();

    public long InflatedBytes { get; set; }

    /// <summary>The UTC days the rows fall on, ascending.</summary>
    public IReadOnlyList<DateOnly> UtcDays()
    {
        var days = new SortedSet<DateOnly>();
        var lastDay = long.MinValue;
        foreach (ref readonly var row in Batch.Rows)
        {
            var day = row.Instant / IsoInstant.MillisecondsPerDay;
            if (day != lastDay)
            {
                lastDay = day;
                days.Add(IsoInstant.DayOf(row.Instant));
            }
        }

        return [.. days];
    }

    public void Dispose() => Batch.Dispose();
}
