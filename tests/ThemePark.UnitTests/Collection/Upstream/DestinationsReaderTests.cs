using Shouldly;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Collection.Upstream;

public sealed class DestinationsReaderTests
{
    public const string Two =
        """
        {"destinations":[
          {"id":"11111111-1111-1111-1111-000000000001","name":"One","slug":"one","externalId":"ext1","parks":[
            {"id":"11111111-1111-1111-1111-000000000011","name":"First"},{"id":"11111111-1111-1111-1111-000000000012","name":null}]},
          {"id":"11111111-1111-1111-1111-000000000002","name":"Two","slug":null,"parks":[]}]}
        """;

    [Fact]
    public void Destinations_come_with_their_parks_and_may_have_none()
    {
        var read = Read(Two);
        (read.Rows, read.Duplicates, read.Quarantine.Count).ShouldBe((2, 0, 0));
        var first = read.Destinations[0];
        (first.Uuid, first.Name, first.Slug, first.ExternalId).ShouldBe((LiveDocuments.Uuid(1), "One", "one", "ext1"));
        first.Parks.ShouldBe([new UpstreamPark(LiveDocuments.Uuid(11), "First"), new UpstreamPark(LiveDocuments.Uuid(12), null)]);
        (read.Destinations[1].Slug, read.Destinations[1].Parks.Count).ShouldBe((null, 0));
    }

    [Fact]
    public void A_bad_destination_or_park_is_quarantined_and_the_others_live()
    {
        var read = Read($$"""{"destinations":[7,{"name":"x"},{"id":"one"},{"id":"{{LiveDocuments.Id(1)}}","parks":[{"id":null},{"id":"{{LiveDocuments.Id(11)}}"}]}]}""");
        read.Destinations.Single().Parks.Single().Uuid.ShouldBe(LiveDocuments.Uuid(11));
        read.Quarantine.Select(q => (q.Index, q.Reason, q.EntityId)).ShouldBe(
        [
            (0, QuarantineReason.NotAnObject, null), (1, QuarantineReason.MissingId, null), (2, QuarantineReason.InvalidId, null),
            (3, QuarantineReason.MissingId, LiveDocuments.Uuid(1)),
        ]);
    }

    [Fact]
    public void Of_a_destination_listed_twice_the_last_counts()
    {
        var read = Read($$"""{"destinations":[{"id":"{{LiveDocuments.Id(1)}}","name":"Old"},{"id":"{{LiveDocuments.Id(2)}}"},{"id":"{{LiveDocuments.Id(1)}}","name":"New"}]}""");
        read.Destinations.Select(d => d.Name).ShouldBe(["New", null]);
        (read.Rows, read.Duplicates).ShouldBe((3, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"destinations":null}""")]
    [InlineData("""{"error":"Too Many Requests"}""")]
    public void A_document_that_is_none_is_refused_as_a_whole(string document) =>
        Should.Throw<UpstreamException>(() => Read(document)).Kind.ShouldBe(UpstreamFailure.InvalidData);

    private static DestinationsDocument Read(string document) => DestinationsReader.Read(LiveDocuments.Utf8(document));
}
