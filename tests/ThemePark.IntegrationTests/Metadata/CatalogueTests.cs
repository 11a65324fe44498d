using System.Text;
using System.Text.Json;
using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using Xunit;

namespace ThemePark.IntegrationTests.Metadata;

public sealed class CatalogueTests : CatalogueTest
{
    [Fact]
    public async Task The_destinations_document_names_what_is_known_and_creates_only_destinations()
    {
        await ResolveAsync(Ride(1, (1, "Dumbo")));
        var document = $$"""
            {"destinations":[
              {"id":"{{Resort}}","name":"Walt Disney World® Resort","slug":"wdw","externalId":1,"parks":[
                {"id":"{{Park}}","name":"Magic Kingdom Park"},{"id":"{{OtherPark}}","name":"EPCOT"},{"id":"short","name":"x"}]},
              {"id":"{{Id(50)}}","name":"Europa-Park","slug":null,"parks":[]},
              {"id":"{{Id(51)}}","name":null},
              null]}
            """;

        var first = await ApplyAsync(document);
        var second = await ApplyAsync(document);

        first.ShouldBe(new CatalogueChanges(DestinationsCreated: 1, DestinationsNamed: 1, ParksNamed: 1, ParksUnknown: 1, Rejected: 3));
        second.ShouldBe(new CatalogueChanges(0, 0, 0, 1, 3));
        (await Catalogue.ListDestinationsAsync(CancellationToken.None)).Select(d => (d.Uuid, d.Name, d.Slug))
            .ShouldBe([(Resort, "Walt Disney World® Resort", "wdw"), (Id(50), "Europa-Park", null)]);
        (await Catalogue.ListParksAsync(null, CancellationToken.None)).Single()
            .ShouldSatisfyAllConditions(park => park.Name.ShouldBe("Magic Kingdom Park"), park => park.Slug.ShouldBe("magickingdom"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"destinations\":[{\"id\":")]
    public async Task Anything_else_is_refused_and_changes_nothing(string document)
    {
        await Should.ThrowAsync<JsonException>(async () => await ApplyAsync(document));
        (await CountAsync("destinations")).ShouldBe(0);
    }

    [Fact]
    public async Task Everything_is_found_by_its_id()
    {
        var entity = (await ResolveAsync(Ride(1, (1, "Dumbo")), Ride(2, (1, "Tiki Room")) with { Kind = EntityKind.Show }))[1];
        var destination = await Catalogue.FindDestinationAsync(Resort, CancellationToken.None);

        destination.ShouldNotBeNull();
        (await Catalogue.FindDestinationAsync(destination.DestinationId, CancellationToken.None)).ShouldBe(destination);
        (await Catalogue.FindDestinationOfParkAsync(entity.ParkId!.Value, CancellationToken.None)).ShouldBe(destination);
        (await Catalogue.FindDestinationAsync(Id(77), CancellationToken.None)).ShouldBeNull();
        (await Catalogue.FindDestinationOfParkAsync(999_999, CancellationToken.None)).ShouldBeNull();
        (await Catalogue.ListParksAsync(destination.DestinationId, CancellationToken.None)).Single().ParkId.ShouldBe(entity.ParkId.Value);
        (await Catalogue.ListParksAsync(destination.DestinationId + 1, CancellationToken.None)).ShouldBeEmpty();
        (await Catalogue.ListRidesAsync(entity.ParkId.Value, CancellationToken.None)).Count.ShouldBe(2);
        var rides = await Catalogue.GetRidesAsync([entity.RideId!.Value, 999_999], CancellationToken.None);
        rides.Values.ShouldHaveSingleItem().ShouldBe(
            new Ride(entity.RideId.Value, entity.ParkId.Value, Id(2), "Tiki Room", EntityKind.Show, "America/New_York", null));
    }

    [Fact]
    public async Task A_destination_is_ensured_once_however_many_ask()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(async () =>
            await Catalogue.EnsureDestinationAsync(Id(60), null, CancellationToken.None))));

        ids.Distinct().ShouldHaveSingleItem();
        (await CountAsync("destinations")).ShouldBe(1);
    }

    private async Task<CatalogueChanges> ApplyAsync(string document) =>
        await Catalogue.ApplyDestinationsAsync(new MemoryStream(Encoding.UTF8.GetBytes(document)), CancellationToken.None);
}
