using System.Text;
using Shouldly;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class EntityDocumentTests
{
    private static readonly Guid Id = Guid.Parse("f0d4b531-e291-471c-9527-00410c2bbd65");
    private static readonly Guid Park = Guid.Parse("75ea578a-adc8-4116-a54d-dccb60765ef9");
    private static readonly Guid Resort = Guid.Parse("e957da41-3552-4cf6-b636-5babc5cbc4e5");

    [Fact]
    public void Fields_have_their_places_and_every_other_one_is_an_attribute()
    {
        var facts = Read($$"""
            {"id":"{{Id}}","name":" Space  Mountain\u0007 ","entityType":"ATTRACTION","attractionType":"RIDE","slug":"space-mountain","externalId":"80010190;entityType=Attraction",
             "parentId":"{{Park}}","parkId":"{{Park}}","destinationId":"{{Resort}}","timezone":"America/New_York",
             "location":{"latitude":28.4190,"longitude":-81.5769,"pointsOfInterest":[{"name":"exit"}]},
             "zeta":[1,2],"minimumHeight":112,"maximumHeight":195,"mayGetWet":false,"tags":[{"tag":"SINGLE_RIDER","tagName":"Single Rider","value":true}]}
            """);

        facts.Name.ShouldBe("Space  Mountain");
        (facts.EntityType, facts.AttractionType, facts.Slug, facts.ExternalId).ShouldBe(("ATTRACTION", "RIDE", "space-mountain", "80010190;entityType=Attraction"));
        (facts.ParentUuid, facts.ParkUuid, facts.DestinationUuid, facts.Timezone).ShouldBe((Park, Park, Resort, "America/New_York"));
        (facts.Latitude, facts.Longitude).ShouldBe((28.4190, -81.5769));
        facts.PointsOfInterest!.Value.GetRawText().ShouldBe("""[{"name":"exit"}]""");
        (facts.MinHeightCm, facts.MaxHeightCm).ShouldBe((112, 195));
        facts.Tags!.Value.GetArrayLength().ShouldBe(1);
        facts.Attributes!.Value.GetRawText().ShouldBe("""{"maximumHeight":195,"mayGetWet":false,"minimumHeight":112,"zeta":[1,2]}""");
    }

    [Fact]
    public void Heights_come_as_tags_in_the_older_form()
    {
        var facts = Read($$$"""
            {"id":"{{{Id}}}","entityType":"ATTRACTION","tags":[
              {"tag":"MINIMUM_HEIGHT","tagName":"Minimum Height","value":{"height":40,"unit":"in"}},{"tag":"MAXIMUM_HEIGHT","value":200,"unit":"cm"},null,7]}
            """);

        (facts.MinHeightCm, facts.MaxHeightCm).ShouldBe((102, 200));
        facts.HeightFlags.ShouldBe([Heights.InchesConverted]);
        facts.Name.ShouldBeNull();
    }

    [Theory]
    [InlineData("{\"latitude\":0,\"longitude\":0}")]
    [InlineData("{\"latitude\":28.4,\"longitude\":null}")]
    [InlineData("{\"latitude\":91,\"longitude\":5}")]
    [InlineData("{\"latitude\":\"28\",\"longitude\":5}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("7")]
    public void No_place_is_unknown_and_never_zero(string location)
    {
        var facts = Read($$"""{"id":"{{Id}}","entityType":"SHOW","location":{{location}}}""");

        (facts.Latitude, facts.Longitude).ShouldBe((null, null));
    }

    [Fact]
    public void A_zone_that_is_none_is_unknown() => Read($$"""{"id":"{{Id}}","entityType":"PARK","timezone":"Eastern Standard Time"}""").Timezone.ShouldBeNull();

    [Theory]
    [InlineData("""{"id":"75ea578a-adc8-4116-a54d-dccb60765ef9","entityType":"PARK"}""", "is of another entity")]
    [InlineData("""{"id":"f0d4b531-e291-471c-9527-00410c2bbd65"}""", "states no type")]
    [InlineData("""{"id":"f0d4b531-e291-471c-9527-00410c2bbd65","entityType":"SHOW","x":{"a":1,"a":2}}""", "cannot be read")]
    [InlineData("""{"id":"f0d4b531-e291-471c-9527-00410c2bbd65","entityType":"SHOW","x":"\ud800"}""", "no Unicode")]
    [InlineData("[]", "is of another entity")]
    public void What_is_no_document_of_the_entity_is_refused(string json, string what)
    {
        var error = Should.Throw<UpstreamException>(() => Read(json));

        error.Kind.ShouldBe(UpstreamFailure.InvalidData);
        error.Message.ShouldContain(what);
    }

    [Fact]
    public void More_attributes_than_can_be_kept_are_refused() =>
        Should.Throw<UpstreamException>(() => Read($$"""{"id":"{{Id}}","entityType":"SHOW","x":"{{new string('x', 64 * 1024)}}"}"""))
            .Message.ShouldContain("bytes of attributes");

    [Fact]
    public void Changes_name_the_fields_that_differ_and_survive_their_json()
    {
        var before = Read($$$"""{"id":"{{{Id}}}","name":"A","entityType":"SHOW","x":{"p":1,"q":[2]},"location":{"latitude":1.5,"longitude":2}}""").Judged(null);
        var same = Read($$"""{"x":{"q":[2],"p":1.0},"location":{"longitude":2.0,"latitude":1.50},"id":"{{Id}}","entityType":"SHOW","name":"A"}""").Judged(null);
        var after = before with { Name = "B", Latitude = null };

        EntityFacts.Changes(EntityFacts.Parse(before.ToJson()), same).ShouldBeEmpty();
        EntityFacts.Changes(EntityFacts.Parse(before.ToJson()), after).Select(c => (c.Field, c.Old.ToString(), c.New.ToString()))
            .ShouldBe([("name", "A", "B"), ("latitude", "1.5", "")]);
    }

    private static EntityFacts Read(string json) => EntityDocument.Read(Encoding.UTF8.GetBytes(json), Id);
}
