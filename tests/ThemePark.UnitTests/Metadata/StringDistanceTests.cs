using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Metadata.Matching;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class StringDistanceTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("train", "trian", 1)]
    [InlineData("ca", "abc", 3)]
    [InlineData("same", "same", 0)]
    public void Edits_are_counted_with_swaps_as_one(string a, string b, int edits) => StringDistance.DamerauLevenshtein(a, b).ShouldBe(edits);

    [Theory]
    [InlineData("martha", "marhta", 0.9611)]
    [InlineData("dixon", "dicksonx", 0.8133)]
    [InlineData("dwayne", "duane", 0.84)]
    [InlineData("abc", "xyz", 0)]
    [InlineData("", "", 1)]
    [InlineData("", "a", 0)]
    public void Likeness_is_jaro_winkler_as_published(string a, string b, double likeness) =>
        StringDistance.JaroWinkler(a, b).ShouldBe(likeness, 0.0001);

    [Fact]
    public void Both_measures_are_symmetric_and_bounded() => Prop.ForAll<NonNull<string>, NonNull<string>>((left, right) =>
    {
        var (a, b) = (left.Get, right.Get);
        StringDistance.DamerauLevenshtein(a, b).ShouldBe(StringDistance.DamerauLevenshtein(b, a));
        StringDistance.DamerauLevenshtein(a, b).ShouldBeInRange(Math.Abs(a.Length - b.Length), Math.Max(a.Length, b.Length));
        StringDistance.JaroWinkler(a, b).ShouldBeInRange(0, 1);
    }).QuickCheckThrowOnFailure();
}
