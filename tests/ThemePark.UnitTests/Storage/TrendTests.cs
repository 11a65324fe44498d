using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class TrendTests
{
    private const double Gb = Sizes.BytesPerGb;
    private const double Mb = Sizes.BytesPerMb;
    private const int ImportDay = 150;
    private const int OddDay = 240;

    // Ten years of history imported over three days, and a day on which somebody's copy of a table lay around.
    private static double Accidents(int day) =>
        (Math.Clamp(day - ImportDay + 1, 0, 3) * 20 * Gb) + (day == OddDay ? 35 * Gb : 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_year_with_a_step_an_outlier_and_noise_is_projected_as_if_it_had_neither(int seed)
    {
        const double PerDay = 24;
        var samples = Years.Grow(365, PerDay, Accidents, seed);

        var trend = Trend.Of(samples, GrowthSeries.LeastStepBytes);

        (trend.PerDay / Mb).ShouldBe(PerDay, tolerance: PerDay * 0.03);
        var step = trend.Steps.ShouldHaveSingleItem();
        (step.Size / Gb).ShouldBe(60, tolerance: 0.1);
        step.Date.ShouldBe(Years.FirstDay.AddDays(ImportDay + 2));

        foreach (var years in new[] { 1, 3, 5, 10 })
        {
            var truth = samples[^1].Value + (PerDay * Mb * years * Projection.DaysPerYear);
            var projection = Projection.Of(samples[^1].Value, trend, years * Projection.DaysPerYear);
            projection.Estimated.ShouldBe(truth, tolerance: truth * 0.03);
            projection.Low.ShouldBeLessThan(truth);
            projection.High.ShouldBeGreaterThan(truth);
            (projection.High / projection.Low).ShouldBeLessThan(1.25, "bounds that hold everything say nothing");
        }
    }

    [Fact]
    public void A_plain_slope_would_have_projected_the_import_for_ever()
    {
        var samples = Years.Grow(365, 24, Accidents);

        var plain = (samples[^1].Value - samples[0].Value) / 365;

        (plain / Trend.Of(samples, GrowthSeries.LeastStepBytes).PerDay).ShouldBeGreaterThan(5);
    }

    [Fact]
    public void An_import_that_takes_two_fifths_of_the_window_is_still_one_step()
    {
        var samples = Years.Grow(30, 24, day => Math.Clamp(day - 5, 0, 12) * 4 * Gb);

        var trend = Trend.Of(samples, GrowthSeries.LeastStepBytes);

        (trend.PerDay / Mb).ShouldBe(24, tolerance: 24 * 0.15);
        (trend.Steps.ShouldHaveSingleItem().Size / Gb).ShouldBe(48, tolerance: 0.5);
    }

    [Fact]
    public void A_table_that_was_dropped_is_a_step_down()
    {
        var trend = Trend.Of(Years.Grow(60, 24, day => day >= 30 ? -1 * Gb : 0), GrowthSeries.LeastStepBytes);

        (trend.PerDay / Mb).ShouldBe(24, tolerance: 24 * 0.06);
        (trend.Steps.ShouldHaveSingleItem().Size / Gb).ShouldBe(-1, tolerance: 0.05);
    }

    [Fact]
    public void What_comes_every_week_is_no_step_but_how_it_grows()
    {
        var samples = Years.Grow(84, 1, day => day / 7 * 700 * Mb);

        var trend = Trend.Of(samples, GrowthSeries.LeastStepBytes);

        trend.Steps.ShouldBeEmpty();
        (trend.PerDay / Mb).ShouldBe(101, tolerance: 5);
    }

    [Fact]
    public void Files_that_grow_in_pieces_grow_all_the_same()
    {
        // A quarter of a MiB a day, seen as 4 MiB every sixteen days.
        var samples = Enumerable.Range(0, 91).Select(day => new Sample(Years.FirstDay.AddDays(day), day, (500 + (day / 16 * 4)) * Mb)).ToList();

        var trend = Trend.Of(samples, GrowthSeries.LeastStepBytes);

        trend.Steps.ShouldBeEmpty();
        (trend.PerDay / Mb).ShouldBe(0.25, tolerance: 0.05);
        trend.LowPerDay.ShouldBeLessThanOrEqualTo(trend.PerDay);
        trend.HighPerDay.ShouldBeGreaterThanOrEqualTo(trend.PerDay);
    }

    [Fact]
    public void Days_that_were_not_measured_do_not_matter()
    {
        var holed = Years.Grow(365, 24, Accidents).Where((_, day) => day % 7 is not (2 or 3) && day is < 200 or > 220).ToList();

        var trend = Trend.Of(holed, GrowthSeries.LeastStepBytes);

        (trend.PerDay / Mb).ShouldBe(24, tolerance: 24 * 0.03);
        trend.Steps.ShouldHaveSingleItem();
    }

    [Fact]
    public void The_rate_alone_is_the_trends_rate()
    {
        var samples = Years.Grow(365, 24, Accidents);

        Trend.PerDayOf(samples, GrowthSeries.LeastStepBytes).ShouldBe(Trend.Of(samples, GrowthSeries.LeastStepBytes).PerDay);
    }

    [Fact]
    public void Two_measurements_have_a_slope_and_no_spread()
    {
        var trend = Trend.Of([new Sample(Years.FirstDay, 0, 100), new Sample(Years.FirstDay.AddDays(2), 2, 300)], 10);

        (trend.PerDay, trend.LowPerDay, trend.HighPerDay, trend.Steps.Count).ShouldBe((100, 100, 100, 0));
    }

    [Fact]
    public void A_straight_line_is_found_whatever_its_slope_and_days() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int Slope, PositiveInt Days)>(),
            line =>
            {
                var samples = Enumerable.Range(0, 1 + (line.Days.Get % 60) + 1).Select(d => new Sample(Years.FirstDay.AddDays(d), d, 1e9 + ((double)line.Slope * d))).ToList();
                var trend = Trend.Of(samples, 1000);
                return Math.Abs(trend.PerDay - line.Slope) < 1e-3 && trend.Steps.Count == 0 && trend.LowPerDay <= trend.PerDay && trend.PerDay <= trend.HighPerDay;
            }));

    [Fact]
    public void Of_a_day_the_last_measurement_counts()
    {
        var day = new DateTime(2026, 5, 1, 2, 0, 0, DateTimeKind.Utc);

        Trend.Daily([(day, 1), (day.AddHours(10), 2), (day.AddDays(1), 3)]).Select(s => (s.Date, s.Value))
            .ShouldBe([(new DateOnly(2026, 5, 1), 2), (new DateOnly(2026, 5, 2), 3)]);
    }

    [Fact]
    public void Within_a_day_growth_counts_as_a_days_and_no_faster()
    {
        var noon = new DateTime(2026, 5, 1, 23, 59, 0, DateTimeKind.Utc);

        Trend.Of(Trend.Daily([(noon, 1000), (noon.AddSeconds(5), 1500), (noon.AddSeconds(10), 3000)]), 1).PerDay.ShouldBe(2000);
        Trend.Of(Trend.Daily([(noon, 1000), (noon.AddMinutes(5), 3000)]), 1).PerDay.ShouldBe(2000);
    }

    [Fact]
    public void Nothing_shrinks_below_nothing() =>
        Projection.Of(100, new Trend(-10, -20, 1, []), 30).ShouldBe(new Projection(0, 0, 130));
}
