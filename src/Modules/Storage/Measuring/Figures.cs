namespace ThemePark.Modules.Storage.Measuring;

/// <summary>Who said what a file takes on disk; stored as a number.</summary>
internal enum OnDiskSource : byte
{
    /// <summary>The file's own blocks, on this machine.</summary>
    Files = 1,

    /// <summary>The engine's list of tablespaces.</summary>
    Engine = 2,
}

/// <summary>A table as a whole (<see cref="Partition"/> empty) or one partition of it. What could not be seen is null.</summary>
internal sealed record TableFigures
{
    public required string Table { get; init; }

    public string Partition { get; init; } = "";

    /// <summary>First day that is not in the partition; null when it is open or not by date.</summary>
    public DateOnly? RangeEnd { get; init; }

    public long? RowsEstimated { get; init; }

    public long? RowsExact { get; init; }

    public long DataBytes { get; init; }

    public long IndexBytes { get; init; }

    public long FreeBytes { get; init; }

    /// <summary>Length of the files. A hole punched for a compressed page counts here.</summary>
    public long? FileBytes { get; init; }

    /// <summary>Allocated by the files.</summary>
    public long? OnDiskBytes { get; init; }

    public OnDiskSource? Source { get; init; }

    public bool IsCompressed { get; init; }

    public long? Rows => RowsExact ?? RowsEstimated;

    public long TotalBytes => DataBytes + IndexBytes;

    /// <summary>What the table takes, as well as it is known.</summary>
    public long SizeBytes => OnDiskBytes ?? TotalBytes;

    public double? BytesPerRow => Rows > 0 ? (double)SizeBytes / Rows : null;
}

/// <summary>What one look at the server found: tables by name, each followed by its partitions.</summary>
/// <param name="OtherBytes">Allocated by what belongs to no table; null when it cannot be seen.</param>
internal sealed record StorageReading(IReadOnlyList<TableFigures> Tables, long? OtherBytes, Volume? Volume)
{
    public IEnumerable<TableFigures> WholeTables => Tables.Where(t => t.Partition.Length == 0);
}

/// <summary>The volume the data lie on.</summary>
internal sealed record Volume(long SizeBytes, long FreeBytes);

/// <summary>The sums of a stored measurement.</summary>
internal sealed record Measurement
{
    public uint MeasurementId { get; init; }

    public DateTime MeasuredAt { get; init; }

    public long DurationMs { get; init; }

    public long DataBytes { get; init; }

    public long IndexBytes { get; init; }

    public long FreeBytes { get; init; }

    public long? OnDiskBytes { get; init; }

    public long? OtherBytes { get; init; }

    public long? VolumeBytes { get; init; }

    public long? VolumeFreeBytes { get; init; }

    public long TotalBytes => DataBytes + IndexBytes;

    /// <summary>What the tables take, as well as it is known.</summary>
    public long SizeBytes => OnDiskBytes ?? TotalBytes;
}

/// <summary>Bytes as the API writes them: units of 1024, enough digits for a small warehouse.</summary>
internal static class Sizes
{
    public const double BytesPerMb = 1024.0 * 1024;
    public const double BytesPerGb = 1024 * BytesPerMb;

    private const int Digits = 6;

    public static double Mb(double bytes) => Math.Round(bytes / BytesPerMb, Digits);

    public static double Mb(long bytes) => Mb((double)bytes);

    public static double? Mb(long? bytes) => bytes is { } known ? Mb(known) : null;

    public static double Gb(double bytes) => Math.Round(bytes / BytesPerGb, Digits);

    public static double Gb(long bytes) => Gb((double)bytes);

    public static double? Gb(long? bytes) => bytes is { } known ? Gb(known) : null;

    public static double? Gb(double? bytes) => bytes is { } known ? Gb(known) : null;
}
