using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Growth;

/// <summary>
/// The warehouse's size by day, in bytes, of one kind throughout: on disk where at least two measurements saw that and the last one does, else data
/// and index as the engine counts them. What belongs to no table is left out: logs and temporary space come and go.
/// </summary>
internal sealed class GrowthSeries
{
    public const string OnDisk = "ON_DISK";
    public const string DataAndIndex = "DATA_AND_INDEX";

    /// <summary>A file grows by up to 4 MiB at a time; several of them on one day are still no step.</summary>
    public const double LeastStepBytes = 16 * Sizes.BytesPerMb;

    private readonly IReadOnlyList<Measurement> _measurements;

    private GrowthSeries(string basis, IReadOnlyList<Measurement> measurements)
    {
        Basis = basis;
        _measurements = measurements;
        Samples = Trend.Daily(measurements.Select(m => (m.MeasuredAt, SizeOf(m))));
    }

    public string Basis { get; }

    public IReadOnlyList<Sample> Samples { get; }

    public Measurement First => _measurements[0];

    public Measurement Last => _measurements[^1];

    /// <summary>One measurement tells a size and no growth.</summary>
    public bool IsEnough => Samples.Count > 1;

    public double SizeOf(Measurement measurement) => Basis == OnDisk ? measurement.OnDiskBytes!.Value : measurement.TotalBytes;

    public double SizeOf(TableFigures table) => Basis == OnDisk ? table.SizeBytes : table.TotalBytes;

    /// <param name="measurements">Oldest first.</param>
    public static GrowthSeries Of(IReadOnlyList<Measurement> measurements)
    {
        var seen = measurements.Where(m => m.OnDiskBytes is not null).ToList();
        return seen.Count > 1 && seen[^1] == measurements[^1] ? new GrowthSeries(OnDisk, seen) : new GrowthSeries(DataAndIndex, measurements);
    }

    /// <summary>One measurement of each day, as the samples are.</summary>
    public IReadOnlyList<Measurement> Daily()
    {
        var days = _measurements.GroupBy(m => DateOnly.FromDateTime(m.MeasuredAt)).Select(d => d.Last()).ToList();
        return days.Count > 1 ? days : [_measurements[0], _measurements[^1]];
    }

    public static IReadOnlyList<Sample> Recent(IReadOnlyList<Sample> samples, int days) =>
        [.. samples.Where(s => s.Date >= samples[^1].Date.AddDays(-days))];
}
