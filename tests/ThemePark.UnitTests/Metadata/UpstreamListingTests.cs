using System.Text;
using Shouldly;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class UpstreamListingTests
{
    private static readonly Guid Resort = Id(1);

    [Fact]
    public void What_is_in_a_park_belongs_to_it_however_deep_and_the_rest_to_the_destination()
    {
        var list = Read($$"""
            {"children":[
              {"id":"{{Id(2)}}","entityType":"PARK","parentId":"{{Resort}}"},
              {"id":"{{Id(3)}}","entityType":"ATTRACTION","parentId":"{{Id(2)}}"},
              {"id":"{{Id(4)}}","entityType":"ATTRACTION","parentId":"{{Id(3)}}"},
              {"id":"{{Id(5)}}","entityType":"HOTEL","parentId":"{{Resort}}"},
              {"id":"{{Id(6)}}","entityType":"SHOW","parentId":"{{Id(99)}}"},
              {"id":"{{Id(7)}}","entityType":"SHOW","parentId":"{{Id(8)}}"},
              {"id":"{{Id(8)}}","entityType":"SHOW","parentId":"{{Id(7)}}"},
              {"id":"{{Id(3)}}","entityType":"SHOW","parentId":"{{Resort}}"}]}
            """);

        list.Unreadable.ShouldBe(0);
        list.Entities.ToDictionary(e => e.Uuid, e => e.Scope).ShouldBe(new Dictionary<Guid, Guid>
        {
            [Resort] = Resort, [Id(2)] = Id(2), [Id(3)] = Id(2), [Id(4)] = Id(2), [Id(5)] = Resort, [Id(6)] = Resort, [Id(7)] = Resort, [Id(8)] = Resort,
        });
    }

    [Fact]
    public void Rows_that_cannot_be_read_are_counted() =>
        Read($$"""{"children":[null,7,{"id":"x","entityType":"SHOW"},{"id":"{{Id(3)}}"},{"id":"{{Id(4)}}","entityType":"SHOW"}]}""")
            .ShouldSatisfyAllConditions(l => l.Unreadable.ShouldBe(4), l => l.Entities.Count.ShouldBe(2));

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"children\":{}}")]
    [InlineData("[]")]
    public void No_list_is_no_empty_list(string json) => Should.Throw<UpstreamException>(() => Read(json)).Kind.ShouldBe(UpstreamFailure.InvalidData);

    [Theory]
    [InlineData("{\"destinations\":[]}")]
    [InlineData("{\"destinations\":[{\"id\":\"x\"}]}")]
    public void A_world_without_destinations_is_not_believed(string json) =>
        Should.Throw<UpstreamException>(() => UpstreamListing.ReadDestinations(Encoding.UTF8.GetBytes(json))).Kind.ShouldBe(UpstreamFailure.InvalidData);

    private static DestinationListing Read(string json) =>
        UpstreamListing.ReadChildren(new UpstreamDocument("/x", Encoding.UTF8.GetBytes(json), null, false, DateTimeOffset.UnixEpoch, false), Resort);

    private static Guid Id(int number) => new(number, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1);
}
