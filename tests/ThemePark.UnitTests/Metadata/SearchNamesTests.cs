using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Searching;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class SearchNamesTests
{
    private static readonly SearchNames Names = new(
    [
        new(1, EntityKind.Park, "Magic Kingdom Park", 1, "Magic Kingdom Park", "Orlando, Florida"),
        new(2, EntityKind.Park, "Parc Astérix", 2, "Parc Astérix", "Plailly, France"),
        new(3, EntityKind.Park, "Space Park", 3, "Space Park", null),
        new(10, EntityKind.Attraction, "Space Mountain", 1, "Magic Kingdom Park", "Orlando, Florida"),
        new(11, EntityKind.Attraction, "Big Thunder Mountain Railroad", 1, "Magic Kingdom Park", "Orlando, Florida"),
        new(12, EntityKind.Attraction, "Seven Dwarfs Mine Train™", 1, "Magic Kingdom Park", "Orlando, Florida"),
        new(13, EntityKind.Attraction, "Peter Pan's Flight", 1, "Magic Kingdom Park", "Orlando, Florida"),
        new(14, EntityKind.Show, "Fountain of Dreams", 2, "Parc Astérix", "Plailly, France"),
        new(15, EntityKind.Attraction, "Mountain", 2, "Parc Astérix", "Plailly, France"),
        new(16, EntityKind.Attraction, "Expédition Mountain", 2, "Parc Astérix", "Plailly, France"),
        new(17, EntityKind.Attraction, "Area 51", 3, "Space Park", null),
        new(18, EntityKind.Attraction, "™", 3, "Space Park", null),
        new(19, EntityKind.Attraction, "空の旅", 3, "Space Park", null),
    ]);

    [Theory]
    [InlineData("space mountain", 10)]
    [InlineData("SPACE-MOUNTAIN", 10)]
    [InlineData("parc asterix", 2)]
    [InlineData("Seven Dwarfs Mine Train", 12)]
    [InlineData("peter pans flight", 13)]
    [InlineData("expedition mountain", 16)]
    [InlineData("spacemountain", 10)]
    [InlineData("空の旅", 19)]
    public void Case_accents_signs_and_punctuation_do_not_count(string typed, int id)
    {
        var best = Names.Find(typed, 10)[0];

        best.Entry.Id.ShouldBe(id);
        best.Score.ShouldBe(100);
    }

    [Fact]
    public void A_beginning_outweighs_a_word_and_a_word_outweighs_what_is_alike()
    {
        var hits = Names.Find("mountain", 10);

        hits.Select(h => h.Entry.Id).ShouldBe([15, 10, 16, 11, 14]);
        hits[0].Score.ShouldBe(100);
        hits[1].Score.ShouldBeInRange(50, 79.9);
        hits[^1].Score.ShouldBeInRange(0.1, 49.9);
        Names.Find("moun", 10)[0].ShouldSatisfyAllConditions(h => h.Entry.Id.ShouldBe(15), h => h.Score.ShouldBeInRange(80, 99.9));
    }

    [Theory]
    [InlineData("space moutain", 10)]
    [InlineData("spcae mountain", 10)]
    [InlineData("big thuner", 11)]
    [InlineData("asterxi", 2)]
    [InlineData("railroda", 11)]
    public void An_error_of_typing_is_forgiven(string typed, int id)
    {
        var best = Names.Find(typed, 10)[0];

        best.Entry.Id.ShouldBe(id);
        best.Score.ShouldBeLessThan(50);
    }

    [Fact]
    public void A_rides_park_and_a_parks_place_help_but_do_not_suffice_for_rides()
    {
        Names.Find("mountain asterix", 10).Select(h => h.Entry.Id).ShouldBe([15, 16, 14]);
        Names.Find("orlando", 10).Select(h => h.Entry.Id).ShouldBe([1]);
        Names.Find("kingdom", 10).Select(h => h.Entry.Id).ShouldBe([1]);
    }

    [Theory]
    [InlineData("area 52")]
    [InlineData("zzzz")]
    [InlineData("space zzzz")]
    [InlineData("?!")]
    [InlineData("™")]
    public void What_is_not_there_is_not_found(string typed) => Names.Find(typed, 10).ShouldBeEmpty();

    [Fact]
    public void Equal_scores_have_an_order_and_no_more_come_than_are_asked_for()
    {
        Names.Find("space", 10).Select(h => h.Entry.Id).ShouldBe([3, 10]);
        Names.Find("space", 1).Count.ShouldBe(1);
    }
}
