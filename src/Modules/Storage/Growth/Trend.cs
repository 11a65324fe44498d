using System.Runtime.InteropServices;

namespace ThemePark.Modules.Storage.Growth;

/// <summary>A value at an instant, in days from the first one.</summary>
internal sealed record Sample(DateOnly Date, double Day, double Value);

/// <summary>A jump that is not the usual growth: an import of years, a table dropped.</summary>
/// <param name="Date">Of the measurement that saw it first; the last one, when it took several days.</param>
internal sealed record Step(DateOnly Date, double Size);

/// <summary>
/// How a measured value grows per day, by the median of the slopes of all pairs of samples (Theil and Sen), once steps and outliers are taken out.
/// Formulas and their reasons: docs/storage.md.
/// </summary>
internal sealed record Trend(double PerDay, double LowPerDay, double HighPerDay, IReadOnlyList<Step> Steps)
{
    // What makes a median absolute deviation a standard deviation, of a normal distribution.
    private const double Normal = 1.4826;

    // Standard deviations that the usual growth of a day keeps within.
    private const double Deviations = 6 * Normal;

    // A size is a sum of days: its rate is no surer than the mean of so many of them.
    private const double StandardErrors = 2;

    // What happens more often is how this warehouse grows.
    private const double DaysPerStep = 10;
    private const int FewSteps = 3;

    private const double LowQuantile = 0.05;
    private const double HighQuantile = 0.95;

    /// <summary>The last sample of each UTC day. Of less than two days, first and last of all, as if a day lay between: a minute's growth says nothing about years.</summary>
    public static IReadOnlyList<Sample> Daily(IEnumerable<(DateTime At, double Value)> values)
    {
        var all = values.OrderBy(v => v.At).ToList();
        var days = all.GroupBy(v => DateOnly.FromDateTime(v.At)).Select(d => d.Last()).ToList();
        if (days.Count > 1)
        {
            // Late in one day and early in the next count as a day apart, too.
            var first = days[0].At;
            var last = Math.Max((days[^1].At - first).TotalDays, 1);
            return [.. days.Select((d, i) => new Sample(DateOnly.FromDateTime(d.At), i == days.Count - 1 ? last : (d.At - first).TotalDays, d.Value))];
        }

        return all.Count < 2 ? [.. all.Select(Sole)] : [Sole(all[0]), Sole(all[^1]) with { Day = 1 }];

        static Sample Sole((DateTime At, double Value) value) => new(DateOnly.FromDateTime(value.At), 0, value.Value);
    }

    /// <param name="samples">By day, at least two.</param>
    /// <param name="leastStep">What is less is no step, however quiet the other days are: files grow in pieces.</param>
    public static Trend Of(IReadOnlyList<Sample> samples, double leastStep)
    {
        var (taken, steps, spread) = Unusual(samples, leastStep);
        var distant = new List<double>(samples.Count * (samples.Count - 1) / 2);
        var median = Slope(samples, taken, distant);
        var (low, high) = (Ranks.Quantile(CollectionsMarshal.AsSpan(distant), LowQuantile), Ranks.Quantile(CollectionsMarshal.AsSpan(distant), HighQuantile));
        var error = StandardErrors * Normal * spread / Math.Sqrt(samples.Count - 1);
        return new Trend(median, Math.Min(Math.Min(median, low), median - error), Math.Max(Math.Max(median, high), median + error), steps);
    }

    /// <summary>The rate of <see cref="Of"/> alone, for half the work.</summary>
    public static double PerDayOf(IReadOnlyList<Sample> samples, double leastStep) => Slope(samples, Unusual(samples, leastStep).Taken, null);

    /// <summary>What is not the usual growth of each increment, what of it is a step, and how far usual ones lie apart.</summary>
    private static (double[] Taken, IReadOnlyList<Step> Steps, double Spread) Unusual(IReadOnlyList<Sample> samples, double leastStep)
    {
        var increments = new double[samples.Count - 1];
        var spans = new double[samples.Count - 1];
        for (var i = 0; i < increments.Length; i++)
        {
            increments[i] = samples[i + 1].Value - samples[i].Value;
            spans[i] = samples[i + 1].Day - samples[i].Day;
        }

        var median = Ranks.Median([.. increments.Zip(spans, (size, days) => size / days)]);
        var spread = Ranks.Median([.. increments.Zip(spans, (size, days) => Math.Abs((size / days) - median))]);
        var unusual = increments.Zip(spans, (size, days) => Math.Abs(size - (median * days)) > Math.Max(leastStep, Deviations * spread * days)).ToArray();

        // In the place of what is taken out comes what the other days had on average: their median knows nothing of weekends.
        var usual = increments.Where((_, i) => !unusual[i]).Sum() / spans.Where((_, i) => !unusual[i]).Sum();
        var excess = increments.Zip(spans, (size, days) => size - (usual * days)).ToArray();

        var steps = StepsIn(samples, excess, unusual, leastStep);
        var span = samples[^1].Day - samples[0].Day;
        if (steps.Count >= FewSteps && steps.Count > span / DaysPerStep)
        {
            steps = [];
            Array.Clear(unusual);
        }

        return ([.. excess.Select((over, i) => unusual[i] ? over : 0)], steps, spread);
    }

    /// <summary>Unusual increments in a row are one event. One that comes and goes was an outlier, and no step.</summary>
    private static List<Step> StepsIn(IReadOnlyList<Sample> samples, double[] excess, bool[] unusual, double leastStep)
    {
        var steps = new List<Step>();
        for (var i = 0; i < unusual.Length; i++)
        {
            var (size, largest) = (0.0, 0.0);
            for (; i < unusual.Length && unusual[i]; i++)
            {
                size += excess[i];
                largest = Math.Max(largest, Math.Abs(excess[i]));
            }

            if (Math.Abs(size) > Math.Max(leastStep, largest / 2))
            {
                steps.Add(new Step(samples[i].Date, size));
            }
        }

        return steps;
    }

    /// <summary>The median of the slopes of all pairs, once what was taken is out.</summary>
    /// <param name="distant">Gets the slopes of pairs that are a quarter of the window apart: they show how the rate itself wanders, the others are noise.</param>
    private static double Slope(IReadOnlyList<Sample> samples, double[] taken, List<double>? distant)
    {
        var values = new double[samples.Count];
        var removed = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            removed += i == 0 ? 0 : taken[i - 1];
            values[i] = samples[i].Value - removed;
        }

        var at = samples.Select(s => s.Day).ToArray();
        var span = at[^1] - at[0];
        var slopes = new double[values.Length * (values.Length - 1) / 2];
        var pairs = 0;
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = i + 1; j < values.Length; j++)
            {
                var days = at[j] - at[i];
                var slope = (values[j] - values[i]) / days;
                slopes[pairs++] = slope;
                if (days * 4 >= span)
                {
                    distant?.Add(slope);
                }
            }
        }

        return Ranks.Median(slopes);
    }
}
