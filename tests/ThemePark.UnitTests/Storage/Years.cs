using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.UnitTests.Storage;

/// <summary>Daily measurements that were never taken: growth of which the truth is known, with noise, weekends and accidents on request.</summary>
internal static class Years
{
    public static readonly DateOnly FirstDay = new(2025, 1, 1);

    /// <summary>Increments are the rate, half more at weekends, a quarter up or down by chance; MiB per day.</summary>
    /// <param name="change">What happens to the size of a day before it is measured, in bytes.</param>
    public static IReadOnlyList<Sample> Grow(int days, double perDay, Func<int, double>? change = null, int seed = 1, double start = 2000)
    {
#pragma warning disable CA5394 // Noise, the same each time.
        var random = new Random(seed);
        var samples = new List<Sample>();
        var size = start * Sizes.BytesPerMb;
        for (var day = 0; day <= days; day++)
        {
            samples.Add(new Sample(FirstDay.AddDays(day), day, size + (change?.Invoke(day) ?? 0)));
            var weekend = FirstDay.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            // Over a week the factors make seven days.
            size += perDay * Sizes.BytesPerMb * (weekend ? 1.5 : 0.8) * (0.75 + (random.NextDouble() / 2));
        }
#pragma warning restore CA5394

        return samples;
    }
}
