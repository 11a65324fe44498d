using Shouldly;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class ProjectionErrorsTests
{
    [Fact]
    public void Steady_growth_is_projected_almost_exactly_at_every_horizon_the_past_allows()
    {
        var errors = ProjectionErrors.Of(Years.Grow(200, 24), 30, GrowthSeries.LeastStepBytes);

        errors.Select(e => e.HorizonDays).ShouldBe([7, 30, 90]);
        errors.ShouldAllBe(e => e.MeanAbsoluteErrorPercent < 3 && e.MeanAbsoluteGrowthErrorPercent < 20 && e.Checked > 10 && e.Checked <= 24);
        errors.ShouldAllBe(e => e.Last.ForDate == Years.FirstDay.AddDays(200) && e.Last.MadeOn == Years.FirstDay.AddDays(200 - e.HorizonDays));
    }

    [Fact]
    public void A_projection_knows_nothing_of_what_came_after_it()
    {
        // A gigabyte on day 25: those made before must miss it by just that much.
        var quiet = Years.Grow(30, 10);
        var jump = Years.Grow(30, 10, day => day >= 25 ? Sizes.BytesPerGb : 0);

        var (before, after) = (Last(quiet), Last(jump));

        after.MadeOn.ShouldBe(Years.FirstDay.AddDays(23));
        after.Projected.ShouldBe(before.Projected);
        (after.Actual - before.Actual).ShouldBe(Sizes.BytesPerGb);
        after.ErrorPercent.ShouldBe(100 * (after.Actual - after.Projected) / after.Actual, tolerance: 0.001);

        static CheckedProjection Last(IReadOnlyList<Sample> samples) => ProjectionErrors.Of(samples, 30, GrowthSeries.LeastStepBytes).Single().Last;
    }

    [Fact]
    public void Two_measurements_of_one_day_alone_are_nothing_to_check_by()
    {
        var noon = new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);
        var samples = Trend.Daily([(noon, Sizes.BytesPerGb), (noon.AddHours(1), 2 * Sizes.BytesPerGb)]);
        samples.Count.ShouldBe(2);

        ProjectionErrors.Of(samples, 30, GrowthSeries.LeastStepBytes).ShouldBeEmpty();
    }

    [Fact]
    public void A_wrong_projection_is_told_as_wrong()
    {
        // Growth that stops on day 14.
        var samples = Enumerable.Range(0, 22).Select(d => new Sample(Years.FirstDay.AddDays(d), d, 1000 + (100.0 * Math.Min(d, 14)))).ToList();

        var last = ProjectionErrors.Of(samples, 30, 1e9).Single().Last;

        last.MadeOn.ShouldBe(Years.FirstDay.AddDays(14));
        last.Projected.ShouldBe(1000 + (100 * 21), tolerance: 0.001);
        last.ErrorPercent.ShouldBe(100 * 700 / 2400.0, tolerance: 0.001);
        last.GrowthErrorPercent.ShouldBeNull("nothing grew");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    public void Without_a_week_to_look_back_and_a_week_to_check_there_is_nothing_to_say(int days) =>
        ProjectionErrors.Of(Years.Grow(days, 24), 30, GrowthSeries.LeastStepBytes).ShouldBeEmpty();
}
