namespace ThemePark.Modules.Storage.Growth;

/// <summary>A size some years ahead, in bytes.</summary>
internal sealed record Projection(double Estimated, double Low, double High)
{
    public const double DaysPerYear = 365.25;

    /// <summary>From what is there, straight on. Nothing shrinks below nothing.</summary>
    public static Projection Of(double size, Trend trend, double days) =>
        new(At(size, trend.PerDay, days), At(size, trend.LowPerDay, days), At(size, trend.HighPerDay, days));

    /// <summary>The size itself, by the rate alone.</summary>
    public static double At(double size, double perDay, double days) => Math.Max(0, size + (perDay * days));
}

/// <summary>What was projected so many days ahead, against what came. Percentages; those of the growth are null where nothing grew.</summary>
internal sealed record HorizonError(int HorizonDays, int Checked, double MeanAbsoluteErrorPercent, double? MeanAbsoluteGrowthErrorPercent, CheckedProjection Last);

/// <summary>One projection that can be checked by now; sizes in bytes.</summary>
internal sealed record CheckedProjection(DateOnly MadeOn, DateOnly ForDate, double Projected, double Actual, double ErrorPercent, double? GrowthErrorPercent);

/// <summary>
/// Makes the projections of earlier days again, each from nothing but what was measured by then, and compares them with what came. Nothing needs to be
/// kept for it, and a better formula is judged by all of the past.
/// </summary>
internal static class ProjectionErrors
{
    private const int LeastDays = 7;
    private const int MostWindow = 90;
    private const int MostChecks = 24;

    private static readonly int[] Horizons = [7, 30, 90, 365];

    /// <param name="samples">By day.</param>
    /// <param name="window">Days a projection looks back, as the caller's own does; at most 90 here.</param>
    public static IReadOnlyList<HorizonError> Of(IReadOnlyList<Sample> samples, int window, double leastStep)
    {
        // Two of one day are all there is when there is only that day.
        var byDate = samples.Index().GroupBy(s => s.Item.Date).ToDictionary(d => d.Key, d => d.Last().Index);
        var errors = new List<HorizonError>();
        foreach (var horizon in Horizons)
        {
            var pairs = (
                from made in Enumerable.Range(0, samples.Count)
                where byDate.ContainsKey(samples[made].Date.AddDays(horizon))
                let first = FirstWithin(samples, made, Math.Min(window, MostWindow))
                where made - first >= LeastDays - 1
                select (First: first, Made: made, Came: byDate[samples[made].Date.AddDays(horizon)])).ToList();
            var every = Math.Max(1, (pairs.Count + MostChecks - 1) / MostChecks);
            // Evenly spread, the last one always among them.
            var checks = pairs.Where((_, i) => (pairs.Count - 1 - i) % every == 0)
                .Select(p => Check([.. samples.Skip(p.First).Take(p.Made - p.First + 1)], samples[p.Came], leastStep))
                .ToList();
            if (checks.Count > 0)
            {
                var growths = checks.Where(c => c.GrowthErrorPercent is not null).Select(c => c.GrowthErrorPercent!.Value).ToList();
                errors.Add(new HorizonError(
                    horizon, checks.Count, checks.Average(c => c.ErrorPercent), growths.Count == 0 ? null : growths.Average(), checks[^1]));
            }
        }

        return errors;
    }

    private static int FirstWithin(IReadOnlyList<Sample> samples, int last, int days)
    {
        var first = last;
        while (first > 0 && samples[first - 1].Date >= samples[last].Date.AddDays(-days))
        {
            first--;
        }

        return first;
    }

    private static CheckedProjection Check(IReadOnlyList<Sample> known, Sample came, double leastStep)
    {
        var made = known[^1];
        var projected = Projection.At(made.Value, Trend.PerDayOf(known, leastStep), came.Day - made.Day);
        var growth = came.Value - made.Value;
        return new CheckedProjection(
            made.Date,
            came.Date,
            projected,
            came.Value,
            Percent(projected - came.Value, came.Value),
            growth > 0 ? Percent(projected - came.Value, growth) : null);
    }

    private static double Percent(double difference, double of) => of > 0 ? 100 * Math.Abs(difference) / of : 0;
}
