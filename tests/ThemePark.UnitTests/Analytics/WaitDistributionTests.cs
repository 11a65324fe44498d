using System.Runtime.InteropServices;
using Shouldly;
using ThemePark.Modules.Analytics.Reading;
using Xunit;

namespace ThemePark.UnitTests.Analytics;

public sealed class WaitDistributionTests
{
    [Fact]
    public void Bytes_are_differences_and_seconds_in_LEB128()
    {
        WaitDistribution.Encode([new(0, 5), new(15, 300), new(20, 127), new(300, 128)])
            .ShouldBe([0, 5, 15, 0xAC, 0x02, 5, 127, 0x98, 0x02, 0x80, 0x01]);
        WaitDistribution.Encode([new(15, 300)]).ShouldBe([15, 0xAC, 0x02]);
        WaitDistribution.Encode([]).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_packed_comes_out_again()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var waits = Enumerable.Range(0, random.Next(40))
                .Select(_ => random.Next(0, 700))
                .Distinct()
                .Order()
                .Select(w => new WaitSeconds(w, random.Next(1, 3_600)))
                .ToList();

            WaitDistribution.Decode(WaitDistribution.Encode(CollectionsMarshal.AsSpan(waits))).ShouldBe(waits);
        }
    }

    [Theory]
    [InlineData(new byte[] { 15 })]
    [InlineData(new byte[] { 15, 0x80 })]
    [InlineData(new byte[] { 15, 0 })]
    [InlineData(new byte[] { 15, 5, 0, 5 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 5 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 5 })]
    public void Damaged_bytes_are_refused(byte[] packed) => Should.Throw<InvalidDataException>(() => WaitDistribution.Decode(packed));

    [Fact]
    public void What_is_no_distribution_is_not_packed()
    {
        Should.Throw<ArgumentException>(() => WaitDistribution.Encode([new(10, 5), new(10, 5)]));
        Should.Throw<ArgumentException>(() => WaitDistribution.Encode([new(10, 5), new(9, 5)]));
        Should.Throw<ArgumentException>(() => WaitDistribution.Encode([new(-1, 5)]));
        Should.Throw<ArgumentException>(() => WaitDistribution.Encode([new(10, 0)]));
    }

    [Fact]
    public void Merging_adds_the_seconds_of_equal_waits_and_keeps_the_order()
    {
        List<WaitSeconds> sum = [new(5, 10), new(20, 30)];

        WaitDistribution.Merge(sum, WaitDistribution.Encode([new(0, 1), new(5, 2), new(10, 3), new(40, 4)]));

        sum.ShouldBe([new(0, 1), new(5, 12), new(10, 3), new(20, 30), new(40, 4)]);
        WaitDistribution.Seconds(CollectionsMarshal.AsSpan(sum)).ShouldBe(50);
        WaitDistribution.Sum(CollectionsMarshal.AsSpan(sum)).ShouldBe(60 + 30 + 600 + 160);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(11, 10)]
    [InlineData(50, 10)]
    [InlineData(51, 20)]
    [InlineData(99, 20)]
    [InlineData(100, 90)]
    public void A_percentile_is_the_least_wait_that_covers_so_much(int percent, int wait) =>
        WaitDistribution.Percentile([new(0, 100), new(10, 400), new(20, 490), new(90, 10)], percent).ShouldBe(wait);

    [Fact]
    public void Without_any_second_there_is_no_percentile() => WaitDistribution.Percentile([], 50).ShouldBeNull();
}
