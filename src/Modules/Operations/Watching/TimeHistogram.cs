using System.Globalization;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>How many requests took how long. Those of several minutes and nodes are added up; their percentiles could not be.</summary>
internal sealed class TimeHistogram
{
    // Upper ends in ms. The usual thresholds are among them, so that what is below and above them is told apart exactly.
    private static readonly double[] Ends = [1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2500, 5000, 10_000, 30_000, 60_000];

    // One more for what took longer than a minute; its time counts as a minute.
    private readonly long[] _counts = new long[Ends.Length + 1];

    public long Count => _counts.Sum();

    public void Add(double milliseconds, long times = 1) => _counts[BucketOf(milliseconds)] += times;

    public void Add(TimeHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>The time that this share of the requests kept within, in ms: exact to the bucket, straight within it. Null when there were none.</summary>
    public double? Quantile(double share)
    {
        var rank = share * Count;
        var before = 0L;
        for (var i = 0; i < Ends.Length; i++)
        {
            if (_counts[i] > 0 && before + _counts[i] >= rank)
            {
                var start = i == 0 ? 0 : Ends[i - 1];
                return start + ((Ends[i] - start) * (rank - before) / _counts[i]);
            }

            before += _counts[i];
        }

        return _counts[^1] > 0 ? Ends[^1] : null;
    }

    /// <summary>The buckets in use by their ends, so that a program with other buckets reads it too: <c>20=118 50=2</c>.</summary>
    public override string ToString() => string.Join(' ', _counts.Index().Where(b => b.Item > 0).Select(b => b.Index == Ends.Length
        ? string.Create(CultureInfo.InvariantCulture, $"+={b.Item}")
        : string.Create(CultureInfo.InvariantCulture, $"{Ends[b.Index]}={b.Item}")));

    /// <exception cref="FormatException">It is no text of <see cref="ToString"/>.</exception>
    public static TimeHistogram Parse(string text)
    {
        var histogram = new TimeHistogram();
        foreach (var bucket in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (bucket.Split('=') is not [var end, var times])
            {
                throw new FormatException($"'{bucket}' is no bucket such as 20=118.");
            }

            histogram.Add(
                end == "+" ? double.PositiveInfinity : double.Parse(end, NumberStyles.Float, CultureInfo.InvariantCulture),
                long.Parse(times, NumberStyles.None, CultureInfo.InvariantCulture));
        }

        return histogram;
    }

    private static int BucketOf(double milliseconds)
    {
        var found = Array.BinarySearch(Ends, milliseconds);
        return found >= 0 ? found : ~found;
    }
}
