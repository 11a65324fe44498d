using System.Text.Json;
using Shouldly;
using ThemePark.Modules.Metadata.Classifying;
using ThemePark.Modules.Metadata.Syncing;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class IndoorOutdoorRulesTests
{
    [Theory]
    [InlineData("{\"indoor\":true}", "INDOOR", "attribute indoor = true")]
    [InlineData("{\"isIndoor\":false}", "OUTDOOR", "attribute isIndoor = false")]
    [InlineData("{\"outdoor\":true}", "OUTDOOR", "attribute outdoor = true")]
    [InlineData("{\"outdoor\":false}", "INDOOR", "attribute outdoor = false")]
    [InlineData("{\"indoor\":true,\"outdoor\":true}", "HYBRID", "attribute indoor = true and attribute outdoor = true")]
    [InlineData("{\"setting\":\"Hybrid\"}", "HYBRID", "attribute setting = Hybrid")]
    public void An_attribute_that_names_it_is_the_best_evidence(string attributes, string expected, string evidence)
    {
        var facts = Ride("Rapids Theater") with { AttractionType = "PARADE", Attributes = JsonElement.Parse(attributes) };

        Judge(facts).ShouldBe((expected, IndoorOutdoorRules.ByTag, evidence));
    }

    [Theory]
    [InlineData("[{\"tag\":\"INDOOR\",\"tagName\":\"Indoor\"}]", "INDOOR", "tag INDOOR")]
    [InlineData("[{\"tag\":\"outdoor\",\"value\":true}]", "OUTDOOR", "tag OUTDOOR")]
    [InlineData("[{\"tag\":\"INDOOR\",\"value\":false}]", "OUTDOOR", "tag INDOOR = false")]
    public void So_is_a_tag(string tags, string expected, string evidence) =>
        Judge(Ride("X") with { Tags = JsonElement.Parse(tags) }).ShouldBe((expected, IndoorOutdoorRules.ByTag, evidence));

    [Theory]
    [InlineData("{\"indoor\":false,\"outdoor\":false}")]
    [InlineData("{\"indoor\":\"maybe\",\"setting\":\"unknown\"}")]
    public void Attributes_that_say_nothing_leave_it_to_the_name(string attributes) =>
        Judge(Ride("Log Flume") with { Attributes = JsonElement.Parse(attributes) }).ShouldBe(("OUTDOOR", IndoorOutdoorRules.ByNameWord, "name word 'flume'"));

    [Theory]
    [InlineData("PARADE", "Indoor Parade", "OUTDOOR", 0.7, "type PARADE")]
    [InlineData("TRANSPORT", "Monorail", "OUTDOOR", 0.7, "type TRANSPORT")]
    [InlineData("RIDE", "Monorail", "UNKNOWN", 0, null)]
    public void The_type_comes_before_the_name_and_RIDE_says_nothing(string type, string name, string expected, double confidence, string? evidence) =>
        Judge(Ride(name) with { AttractionType = type }).ShouldBe((expected, confidence, evidence));

    [Theory]
    [InlineData("Indoor Coaster", "INDOOR", 0.8, "name says indoor")]
    [InlineData("Outdoor Stage", "OUTDOOR", 0.8, "name says outdoor")]
    [InlineData("Indoor/Outdoor Maze", "HYBRID", 0.8, "name says indoor and outdoor")]
    [InlineData("Muppet*Vision 3-D", "INDOOR", 0.5, "name word '3 d'")]
    [InlineData("Kali River Rapids®", "OUTDOOR", 0.5, "name word 'rapids'")]
    [InlineData("Coaster Theatre", "UNKNOWN", 0, "name words 'theatre' and 'coaster' disagree")]
    [InlineData("Theatrical Trails", "UNKNOWN", 0, null)]
    [InlineData(null, "UNKNOWN", 0, null)]
    public void Words_of_the_name_are_weak_evidence_and_only_whole_words_count(string? name, string expected, double confidence, string? evidence) =>
        Judge(Ride(name)).ShouldBe((expected, confidence, evidence));

    [Fact]
    public void An_operators_word_wins_over_all_of_it()
    {
        var facts = Ride("Outdoor Coaster") with { AttractionType = "PARADE", Attributes = JsonElement.Parse("{\"indoor\":true}") };

        var judged = facts.Judged(new OperatorWord(1, "COASTER", IndoorOutdoor.Hybrid));

        (judged.IndoorOutdoor, judged.IndoorOutdoorConfidence, judged.IndoorOutdoorEvidence).ShouldBe((IndoorOutdoor.Hybrid, 1.0, "operator"));
        (judged.Tier, judged.Category).ShouldBe((1, "COASTER"));
        judged.Judged(null).ShouldSatisfyAllConditions(
            f => f.IndoorOutdoor.ShouldBe(IndoorOutdoor.Indoor), f => f.Tier.ShouldBeNull(), f => f.Category.ShouldBeNull());
    }

    private static EntityFacts Ride(string? name) => new() { EntityType = "ATTRACTION", Name = name };

    private static (string, double, string?) Judge(EntityFacts facts)
    {
        var judged = facts.Judged(null);
        return (judged.IndoorOutdoor.ToString().ToUpperInvariant(), judged.IndoorOutdoorConfidence, judged.IndoorOutdoorEvidence);
    }
}
