using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Collection.Polling;

public sealed class GapFinderTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly DateTime Midnight = new(2026, 3, 7, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Missed_and_failed_slots_are_gaps_cut_where_the_reason_changes()
    {
        PolledSlot[] slots = [new(At(0), null), new(At(2), "RATE_LIMITED"), new(At(3), "RATE_LIMITED"), new(At(4), "API_UNAVAILABLE"), new(At(5), null)];

        var gaps = GapFinder.Find(slots, At(0), At(7), Interval);
        Runbook.ShouldExplain("COLLECTION_FAILURE", "COLLECTION_FAILURE", "gap", gaps[0].Reason);
        gaps.ShouldBe(
        [
            new LiveGap(At(1), At(2), "COLLECTION_FAILURE", 1),
            new LiveGap(At(2), At(4), "RATE_LIMITED", 2),
            new LiveGap(At(4), At(5), "API_UNAVAILABLE", 1),
            new LiveGap(At(6), At(7), "COLLECTION_FAILURE", 1),
        ]);
    }

    [Fact]
    public void Good_slots_and_gaps_together_cover_the_range_exactly_once() => Prop.ForAll(
        Gen.Elements(null, "RATE_LIMITED", "API_UNAVAILABLE", "MISSED").ArrayOf(40).ToArbitrary(),
        grid =>
        {
            var polled = grid.Select((kind, n) => (Kind: kind, Slot: At(n))).Where(s => s.Kind != "MISSED").Select(s => new PolledSlot(s.Slot, s.Kind)).ToList();

            var gaps = GapFinder.Find(polled, At(0), At(grid.Length), Interval);

            gaps.Sum(g => g.Slots).ShouldBe(grid.Count(kind => kind is not null));
            gaps.Zip(gaps.Skip(1)).ShouldAllBe(pair => pair.First.End <= pair.Second.Start);
            gaps.Zip(gaps.Skip(1)).ShouldAllBe(pair => pair.First.End < pair.Second.Start || pair.First.Reason != pair.Second.Reason);
            gaps.ShouldAllBe(g => (g.End - g.Start) / Interval == g.Slots);
        }).QuickCheckThrowOnFailure();

    private static DateTime At(int slot) => Midnight + (slot * Interval);
}
