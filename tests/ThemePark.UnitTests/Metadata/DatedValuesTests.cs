using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Metadata.Resolving;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class DatedValuesTests
{
    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_value_seen_again_changes_nothing()
    {
        var known = History("A1 B5");

        DatedValues.Merge(known, History("A2 B9")).ShouldBeSameAs(known);
    }

    [Theory]
    [InlineData("", "A3", "A3")]
    [InlineData("A3", "A1", "A1")]
    [InlineData("A1", "B5", "A1 B5")]
    [InlineData("A5", "B1", "B1 A5")]
    [InlineData("A1 B5", "A9", "A1 B5 A9")]
    [InlineData("A1 B5 A9", "B3", "A1 B3 A9")]
    [InlineData("A1 B5", "C3", "A1 C3 B5")]
    [InlineData("A1", "B3 A4", "A1 B3 A4")]
    [InlineData("A1", "B1", "B1")]
    [InlineData("B1", "A1", "B1")]
    [InlineData("A1 B5 C9", "C5", "A1 C5")]
    [InlineData("B1 A5 B9", "B5", "B1")]
    public void Sightings_enter_at_their_place(string known, string seen, string merged) =>
        DatedValues.Merge(History(known), History(seen)).ShouldBe(History(merged));

    [Fact]
    public void A_pass_in_time_order_gives_the_same_history_whatever_came_before_it() =>
        Prop.ForAll<int[], int[]>((sightings, before) =>
        {
            var ordered = sightings.Select((value, i) => new DatedValue(Start.AddDays(i), Name(value))).ToList();
            var straight = ordered.Aggregate(History(""), (known, sighting) => DatedValues.Merge(known, [sighting]));
            var disturbed = before.Where(_ => ordered.Count > 0)
                .Select(i => ordered[Math.Abs(i % ordered.Count)])
                .Concat(ordered)
                .Aggregate(History(""), (known, sighting) => DatedValues.Merge(known, [sighting]));

            disturbed.ShouldBe(straight);
            DatedValues.Merge(History(""), ordered).ShouldBe(straight);
            straight.Zip(straight.Skip(1)).ShouldAllBe(pair => pair.First.Value != pair.Second.Value && pair.First.From < pair.Second.From);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Backwards_gives_the_same_history_as_forwards() => Prop.ForAll<int[]>(sightings =>
    {
        var ordered = sightings.Select((value, i) => new DatedValue(Start.AddDays(i), Name(value))).ToList();
        var forwards = DatedValues.Merge(History(""), ordered);

        ordered.AsEnumerable().Reverse().Aggregate(History(""), (known, sighting) => DatedValues.Merge(known, [sighting])).ShouldBe(forwards);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static string Name(int value) => ((char)('A' + Math.Abs(value % 3))).ToString();

    private static IReadOnlyList<DatedValue> History(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => new DatedValue(Start.AddDays(entry[1] - '0'), entry[..1]))];
}
