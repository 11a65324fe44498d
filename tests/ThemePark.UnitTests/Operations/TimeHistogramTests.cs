using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Operations.Watching;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed class TimeHistogramTests
{
    // Milliseconds from nothing to more than any bucket.
    private static readonly Arbitrary<double[]> Times = Gen.Choose(0, 9_000_000).Select(n => n / 100.0).NonEmptyListOf().Select(l => l.ToArray()).ToArbitrary();

    [Fact]
    public void The_95th_percentile_lies_in_the_bucket_of_the_real_one() => Check.QuickThrowOnFailure(Prop.ForAll(Times, times =>
    {
        var real = times.Order().ElementAt((int)Math.Ceiling(0.95 * times.Length) - 1);
        var (one, other) = (Of(times), new TimeHistogram());
        other.Add(real);
        return one.Quantile(0.95) >= other.Quantile(0) && one.Quantile(0.95) <= other.Quantile(1);
    }));

    [Fact]
    public void Histograms_added_up_and_written_and_read_are_that_of_all_times() => Check.QuickThrowOnFailure(Prop.ForAll(Times, Times, (one, other) =>
    {
        var sum = TimeHistogram.Parse(Of(one).ToString());
        sum.Add(Of(other));
        var all = Of([.. one, .. other]);
        return sum.ToString() == all.ToString() && sum.Quantile(0.95) == all.Quantile(0.95) && sum.Count == one.Length + other.Length;
    }));

    [Fact]
    public void Nothing_asked_is_no_time()
    {
        new TimeHistogram().Quantile(0.95).ShouldBeNull();
        TimeHistogram.Parse("").Quantile(0.95).ShouldBeNull();
    }

    [Theory]
    [InlineData(99.9, 99.9, true)]
    [InlineData(100.1, 100.1, false)]
    [InlineData(1, 5000, true)]
    public void A_usual_threshold_is_decided_as_by_the_times_themselves(double most, double slowest, bool isBelow)
    {
        var times = new TimeHistogram();
        times.Add(most, 96);
        times.Add(slowest, 4);
        (times.Quantile(0.95) < 100).ShouldBe(isBelow);
    }

    [Fact]
    public void What_took_longer_than_a_minute_counts_as_a_minute_and_other_buckets_are_read_into_ours()
    {
        Of([200_000]).Quantile(0.5).ShouldBe(60_000);
        TimeHistogram.Parse("33=2 +=1").ToString().ShouldBe("40=2 +=1");
        Should.Throw<FormatException>(() => TimeHistogram.Parse("20"));
    }

    [Fact]
    public void The_longest_text_fits_its_column()
    {
        var times = new TimeHistogram();
        for (var ms = 0; ms <= 61_000; ms++)
        {
            times.Add(ms, 10_000_000);
        }

        times.ToString().Length.ShouldBeLessThanOrEqualTo(1000);
    }

    private static TimeHistogram Of(IEnumerable<double> times)
    {
        var histogram = new TimeHistogram();
        foreach (var time in times)
        {
            histogram.Add(time);
        }

        return histogram;
    }
}
