using Shouldly;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class AdviceTests
{
    private const double Gb = Sizes.BytesPerGb;

    private static readonly Trend GigabyteADay = new(Gb, Gb / 2, 2 * Gb, []);

    [Fact]
    public void Of_a_month_that_fits_there_is_nothing_to_say() =>
        Of(Series(31), GigabyteADay, new Capacity(10_000 * Gb, 0, Capacity.Configured)).ShouldBeEmpty();

    [Fact]
    public void What_does_not_fit_needs_more_disk_enough_for_the_upper_bound_of_the_last_horizon()
    {
        var advice = Of(Series(31), GigabyteADay, new Capacity(1000 * Gb, 500 * Gb, Capacity.OfVolume)).ShouldHaveSingleItem();

        advice.Type.ShouldBe("ADD_CAPACITY");
        advice.Message.ShouldStartWith("In 3 years ");
        advice.Message.ShouldContain("room for 500 GB more");
        // Ten years at two a day are 7305; 500 of them fit.
        advice.Action.ShouldContain("by 6805 GB");
    }

    [Fact]
    public void What_is_not_known_is_said_with_what_to_do_about_it() =>
        Of(Series(3, onDisk: false), GigabyteADay, null).Select(a => a.Type).ShouldBe(["SHORT_HISTORY", "ON_DISK_UNKNOWN", "CAPACITY_UNKNOWN"]);

    [Fact]
    public void No_advice_is_to_delete()
    {
        var all = Of(Series(3, onDisk: false), GigabyteADay with { Steps = [new Step(Years.FirstDay, Gb)] }, null)
            .Concat(Of(Series(31), GigabyteADay, new Capacity(1, 1, Capacity.OfVolume))).ToList();

        all.Count.ShouldBe(5);
        all.ShouldAllBe(a => !a.Action.Contains("delet", StringComparison.OrdinalIgnoreCase) && !a.Action.Contains("drop", StringComparison.OrdinalIgnoreCase));
    }

    private static IReadOnlyList<Recommendation> Of(GrowthSeries series, Trend trend, Capacity? capacity)
    {
        var size = series.SizeOf(series.Last);
        return Advice.Of(series, trend, capacity, [.. new[] { 1, 3, 10 }.Select(years => (years, Projection.Of(size, trend, years * Projection.DaysPerYear)))]);
    }

    private static GrowthSeries Series(int days, bool onDisk = true) => GrowthSeries.Of(
        [.. Enumerable.Range(0, days).Select(day => new Measurement { MeasuredAt = new DateTime(2026, 1, 1).AddDays(day), OnDiskBytes = onDisk ? day : null })]);
}
