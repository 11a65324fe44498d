using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Growth;

/// <summary>How much fits, in bytes, and how much of it is taken.</summary>
/// <param name="Source">CONFIGURED: a limit of the database's own; VOLUME: the disk, on which others have their share too.</param>
internal sealed record Capacity(double LimitBytes, double UsedBytes, string Source)
{
    public const string Configured = "CONFIGURED";
    public const string OfVolume = "VOLUME";

    public double Room => LimitBytes - UsedBytes;

    public double PercentUsed => 100 * UsedBytes / LimitBytes;

    /// <summary>Null when neither is known.</summary>
    public static Capacity? Of(Measurement measurement, StorageOptions options) =>
        options.CapacityGb is { } gigabytes ? new Capacity(gigabytes * Sizes.BytesPerGb, measurement.SizeBytes + (measurement.OtherBytes ?? 0), Configured)
        : measurement is { VolumeBytes: { } size and > 0, VolumeFreeBytes: { } free } ? new Capacity(size, size - free, OfVolume)
        : null;

    /// <summary>Days until nothing fits any more; null when that does not come.</summary>
    public double? DaysUntilFull(double bytesPerDay) =>
        Room <= 0 ? 0
        : bytesPerDay <= 0 ? null
        : Room / bytesPerDay;
}
