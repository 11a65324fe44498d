using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Storage.Growth;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class RanksTests
{
    private const int Many = 3000;

    /// <summary>In order, backwards, all the same, up and down again, few values, and halves that are none.</summary>
    public static TheoryData<string, double[]> Orders => new()
    {
        { "rising", [.. Enumerable.Range(0, Many).Select(i => (double)i)] },
        { "falling", [.. Enumerable.Range(0, Many).Select(i => (double)-i)] },
        { "equal", [.. Enumerable.Repeat(7.0, Many)] },
        { "up and down", [.. Enumerable.Range(0, Many).Select(i => (double)Math.Min(i, Many - i))] },
        { "few values", [.. Enumerable.Range(0, Many).Select(i => (double)(i * 7919 % 5))] },
        { "saw", [.. Enumerable.Range(0, Many).Select(i => (double)(i % 2 == 0 ? i : Many - i))] },
        { "one", [3] },
        { "two", [9, 4] },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Every_rank_is_as_if_the_values_were_sorted(string order, double[] values)
    {
        var sorted = values.Order().ToArray();

        Ranks.Median((double[])values.Clone()).ShouldBe(MedianOf(sorted), order);
        foreach (var share in new[] { 0, 0.05, 0.5, 0.95, 1 })
        {
            Ranks.Quantile((double[])values.Clone(), share).ShouldBe(sorted[(int)Math.Round(share * (sorted.Length - 1))], order);
        }
    }

    [Fact]
    public void The_median_is_the_sorted_ones_of_any_values() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            ArbMap.Default.ArbFor<NonEmptyArray<int>>(),
            some =>
            {
                double[] values = [.. some.Get.Select(v => (double)v)];
                return Ranks.Median((double[])values.Clone()) == MedianOf([.. values.Order()]);
            }));

    private static double MedianOf(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
