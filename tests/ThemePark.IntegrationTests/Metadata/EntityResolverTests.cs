using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.IntegrationTests.Metadata;

public sealed class EntityResolverTests : CatalogueTest
{
    [Fact]
    public async Task A_first_sight_creates_destination_park_and_ride_and_a_second_one_recognises_them()
    {
        var first = await ResolveAsync(Ride(1, (1, "Dumbo 😀™ 漢")));
        var before = await ContentAsync();
        var second = await ResolveAsync(Ride(1, (2, "Dumbo 😀™ 漢")));

        first[0].Method.ShouldBe(MatchMethod.Created);
        first[0].RideId.ShouldNotBeNull();
        second[0].ShouldBe(first[0] with { Method = MatchMethod.Uuid, Candidates = second[0].Candidates });
        (await ContentAsync()).ShouldBe(before);
        before.ShouldContain($"d|{Resort}|-");
        before.ShouldContain($"p|{Park}|{Resort}|America/New_York|magickingdom");
        before.ShouldContain($"r|{Id(1)}|{Park}|Dumbo 😀™ 漢|dumbo 漢|ATTRACTION|ext-1");
    }

    [Fact]
    public async Task Known_entities_under_unchanged_names_cost_three_selects_and_no_write()
    {
        var entities = Enumerable.Range(1, 300).Select(i => Ride(i, (1, string.Create(CultureInfo.InvariantCulture, $"Ride {i}")))).ToArray();
        await ResolveAsync(entities);
        // A pool of one: the resolver's session is the one that counts.
        await using var single = new MySqlDatabase(Database.ConnectionString + ";Default Command Timeout=31", maxPoolSize: 1);
        var resolver = new EntityResolver(single, TimeProvider.System, NullLogger<EntityResolver>.Instance);
        var request = new ResolveRequest(Resort, entities, true, "ARCHIVE");
        var bare = -await StatementsAsync(single) + await StatementsAsync(single);
        var before = await StatementsAsync(single);

        (await resolver.ResolveAsync(request, null, CancellationToken.None)).Entities.ShouldAllBe(entity => entity.Method == MatchMethod.Uuid);

        (await StatementsAsync(single) - before - bare).ShouldBe(3);
    }

    [Fact]
    public async Task A_rename_keeps_the_ride_and_adds_a_dated_name()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "Splash Mountain"))))[0].RideId;
        var renamed = await ResolveAsync(Ride(1, (5, "Tiana's Bayou Adventure")));

        renamed[0].RideId.ShouldBe(ride);
        (await HistoryAsync(Id(1))).ShouldBe(["Splash Mountain 1-5", "Tiana's Bayou Adventure 5-"]);
        (await Catalogue.GetRidesAsync([ride!.Value], CancellationToken.None))[ride.Value].Name.ShouldBe("Tiana's Bayou Adventure");
    }

    [Fact]
    public async Task A_seasonal_overlay_and_the_return_from_it_are_three_dated_names_of_one_ride()
    {
        await ResolveAsync(Ride(1, (1, "Haunted Mansion"), (4, "Haunted Mansion Holiday"), (9, "Haunted Mansion")));
        await ResolveAsync(Ride(1, (6, "Haunted Mansion Holiday")));

        (await HistoryAsync(Id(1))).ShouldBe(["Haunted Mansion 1-4", "Haunted Mansion Holiday 4-9", "Haunted Mansion 9-"]);
        (await CountAsync("rides")).ShouldBe(1);
    }

    [Fact]
    public async Task Backwards_twice_and_with_restarts_the_catalogue_ends_the_same()
    {
        ObservedEntity[][] days =
        [
            [Ride(1, (1, "Alpha"))],
            [Ride(1, (2, "Alpha")), Ride(2, (2, "Beta"))],
            [Ride(1, (3, "Alpha of Doom")), Ride(2, (3, "Beta")) with { ExternalId = "moved" }],
            [Ride(1, (4, "Alpha")), Ride(2, (4, "Beta")) with { Kind = EntityKind.Show }],
        ];
        foreach (var day in days)
        {
            await ResolveAsync(day);
        }

        var straight = await ContentAsync();
        await EmptyAsync();
        foreach (var day in days.Reverse().Concat(days[1..]).Concat(days))
        {
            await ResolveAsync(day);
        }

        straight.ShouldContain("Alpha of Doom");
        (await ContentAsync()).ShouldBe(straight);
    }

    [Fact]
    public async Task Two_resolvers_at_once_create_everything_once()
    {
        var entities = Enumerable.Range(1, 60).Select(i => Ride(i, (1, string.Create(CultureInfo.InvariantCulture, $"Ride {i}")))).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => ResolveAsync(
            [.. entities.Skip(i * 3).Concat(entities.Take(i * 3)).Select(entity => i % 2 == 0 ? entity : entity with { ParkUuid = OtherPark })]))));

        (await CountAsync("destinations")).ShouldBe(1);
        (await CountAsync("parks")).ShouldBeInRange(1, 2);
        (await CountAsync("rides")).ShouldBe(60);
        foreach (var uuid in entities.Select(entity => entity.Uuid))
        {
            answers.Select(answer => answer.Single(entity => entity.Uuid == uuid).RideId).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Two_resolvers_at_once_bind_a_ride_without_an_id_to_one_entity()
    {
        await ResolveAsync(Ride(1, (1, "Other")));
        for (var round = 0; round < 5; round++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"Sky Ride {round}");
            var ride = await RideWithoutIdAsync(name);

            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => ResolveAsync(Ride((round * 10) + i + 10, (1, name))))));

            answers.Count(answer => answer[0].RideId == ride).ShouldBe(1);
            answers.Select(answer => answer[0].RideId).Distinct().Count().ShouldBe(4);
        }
    }

    [Fact]
    public async Task An_equal_name_binds_a_ride_without_an_id_and_the_id_decides_from_then_on()
    {
        await ResolveAsync(Ride(1, (1, "Other")));
        var ride = await RideWithoutIdAsync("wind up");

        var bound = await ResolveAsync(Ride(2, (1, "Wind-Up™")));
        var again = await ResolveAsync(Ride(2, (2, "Something else")));

        bound[0].ShouldSatisfyAllConditions(
            entity => entity.RideId.ShouldBe(ride),
            entity => entity.Method.ShouldBe(MatchMethod.ExactName),
            entity => entity.Score.ShouldBe(100));
        again[0].RideId.ShouldBe(ride);
        again[0].Method.ShouldBe(MatchMethod.Uuid);
    }

    [Fact]
    public async Task A_ride_with_an_id_is_never_taken_over_by_name()
    {
        var own = (await ResolveAsync(Ride(1, (1, "Playground"))))[0].RideId;
        var other = (await ResolveAsync(Ride(2, (1, "Playground"))))[0];

        other.Method.ShouldBe(MatchMethod.Created);
        other.RideId.ShouldNotBe(own);
        other.Candidates.ShouldHaveSingleItem().ShouldBe(new MatchCandidate(own!.Value, "Playground", MatchMethod.ExactName, 100, true));
    }

    [Fact]
    public async Task Two_entities_that_claim_one_ride_are_both_left_to_a_person()
    {
        await ResolveAsync(Ride(1, (1, "Other")));
        var ride = await RideWithoutIdAsync("playground");

        var claims = await ResolveAsync(Ride(2, (1, "Playground")), Ride(3, (1, "PLAYGROUND")));

        claims.ShouldAllBe(claim => claim.UnmatchedReason == UnmatchedReasons.Ambiguous && claim.RideId == null);
        claims.ShouldAllBe(claim => claim.Candidates.Single().RideId == ride);
    }

    [Fact]
    public async Task Without_creating_a_new_entity_stays_unmatched_with_its_suggestions()
    {
        var known = (await ResolveAsync(Ride(1, (1, "Seven Dwarfs Mine Train"))))[0].RideId;
        var unmatched = (await ResolveWithoutCreatingAsync(Ride(2, (1, "Seven Dwarfs Mine Trian"))))[0];

        unmatched.ShouldSatisfyAllConditions(
            entity => entity.RideId.ShouldBeNull(),
            entity => entity.ParkId.ShouldNotBeNull(),
            entity => entity.UnmatchedReason.ShouldBe(UnmatchedReasons.NoMatch),
            entity => entity.Candidates.Single().RideId.ShouldBe(known!.Value));
        (await CountAsync("rides")).ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_a_ride_is_refused_with_the_reason()
    {
        var entity = Ride(1, (1, "Dumbo"));
        var answers = await ResolveAsync(
            entity with { Uuid = Id(2), ParkUuid = null },
            entity with { Uuid = Id(3), ParkUuid = Id(90), TimeZone = null },
            entity with { Uuid = Id(4), ParkUuid = Id(91), TimeZone = "Eastern Standard Time" },
            entity with { Uuid = Guid.Empty },
            entity with { Uuid = Park },
            entity with { Uuid = Resort },
            entity with { Uuid = Id(5), Kind = EntityKind.Park });

        answers.Select(answer => answer.UnmatchedReason).ShouldBe(
        [
            UnmatchedReasons.UnknownPark, UnmatchedReasons.UnknownPark, UnmatchedReasons.InvalidTimeZone, UnmatchedReasons.InvalidUuid,
            UnmatchedReasons.Ignored, UnmatchedReasons.Ignored, UnmatchedReasons.Ignored,
        ]);
        (await CountAsync("rides")).ShouldBe(0);
        (await CountAsync("parks")).ShouldBe(1);
    }

    [Fact]
    public async Task A_known_ride_answers_its_own_park_whatever_the_events_say()
    {
        var park = (await ResolveAsync(Ride(1, (1, "Dumbo"))))[0].ParkId;
        var moved = (await ResolveAsync(Ride(1, (2, "Dumbo")) with { ParkUuid = OtherPark }))[0];

        moved.ParkId.ShouldBe(park);
        (await CountAsync("parks")).ShouldBe(1);
    }

    [Fact]
    public async Task A_park_takes_the_zone_most_of_its_events_state()
    {
        await ResolveAsync(
            Ride(1, (1, "A")) with { TimeZone = "Europe/Berlin", Observations = 3 },
            Ride(2, (1, "B")) with { TimeZone = "America/New_York", Observations = 5 },
            Ride(3, (1, "C")) with { TimeZone = "nonsense", Observations = 50 });

        (await Catalogue.ListParksAsync(null, CancellationToken.None)).ShouldHaveSingleItem().TimeZone.ShouldBe("America/New_York");
    }

    [Fact]
    public async Task An_entity_without_a_name_is_a_ride_without_one_until_it_is_named()
    {
        var nameless = Ride(1) with { FirstSeen = Day(1) };
        var ride = (await ResolveAsync(nameless))[0].RideId!.Value;
        (await Catalogue.GetRidesAsync([ride], CancellationToken.None))[ride].Name.ShouldBeNull();

        await ResolveAsync(Ride(1, (2, "Dumbo")));
        (await Catalogue.GetRidesAsync([ride], CancellationToken.None))[ride].Name.ShouldBe("Dumbo");
    }

    [Fact]
    public async Task Hostile_names_are_stored_once_and_do_not_look_renamed_the_next_time()
    {
        string[] names = [new('x', 5000), "\ud800 lone", "tab\tand\0nul", "  spaces  ", "'; DROP TABLE rides; -- \\", "a\\", string.Concat(Enumerable.Repeat("😀", 300))];
        var entities = names.Select((name, i) => Ride(i + 1, (1, name))).ToArray();

        await ResolveAsync(entities);
        var content = await ContentAsync();
        await ResolveAsync(entities);

        (await CountAsync("rides")).ShouldBe(names.Length);
        (await ContentAsync()).ShouldBe(content);
    }

    [Theory]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    public async Task Inside_a_transaction_that_is_rolled_back_nothing_is_left(IsolationLevel isolation)
    {
        await ResolveAsync(Ride(1, (1, "Dumbo")));
        var before = await ContentAsync();
        await using (var connection = await Database.OpenAsync(CancellationToken.None))
        {
            await using var transaction = await connection.BeginTransactionAsync(isolation, CancellationToken.None);
            var request = new ResolveRequest(Id(99), [Ride(1, (2, "Renamed")), Ride(2, (2, "New"))], true, "ARCHIVE");
            var dry = await Resolver.ResolveAsync(request, transaction, CancellationToken.None);
            var again = await Resolver.ResolveAsync(request, transaction, CancellationToken.None);
            dry.Entities.ShouldAllBe(entity => entity.RideId != null);
            again.Entities.Select(entity => entity.RideId).ShouldBe(dry.Entities.Select(entity => entity.RideId));
            await transaction.RollbackAsync();
        }

        (await ContentAsync()).ShouldBe(before);
        (await ResolveAsync(Ride(2, (2, "New"))))[0].Method.ShouldBe(MatchMethod.Created);
    }

    [Fact]
    public async Task An_entity_listed_twice_is_the_callers_error() =>
        await Should.ThrowAsync<ArgumentException>(() => ResolveAsync(Ride(1, (1, "A")), Ride(1, (2, "B"))));

    private static async Task<long> StatementsAsync(MySqlDatabase database)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<long>("SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'QUESTIONS'");
    }

    private async Task EmptyAsync()
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("DELETE FROM rides; DELETE FROM parks; DELETE FROM destinations");
    }
}
