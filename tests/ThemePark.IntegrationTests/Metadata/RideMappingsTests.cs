using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using Xunit;

namespace ThemePark.IntegrationTests.Metadata;

public sealed class RideMappingsTests : CatalogueTest
{
    [Fact]
    public async Task A_replaced_id_is_the_old_ride_while_its_mapping_is_valid_and_itself_outside()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "Oceans of Fun"))))[0].RideId!.Value;
        var stray = (await ResolveAsync(Ride(2, (3, "Oceans of Fun Old"))))[0].RideId!.Value;

        var mapped = await Mappings.MapUuidAsync(Id(2), ride, Day(2, 0), Day(5, 0), CancellationToken.None);

        mapped.ShouldBe(new MappingAnswer(MappingEffect.Created, ride, null));
        var inside = (await ResolveAsync(Ride(2, (3, "Oceans of Fun Old"))))[0];
        inside.ShouldSatisfyAllConditions(
            entity => entity.RideId.ShouldBe(ride),
            entity => entity.Method.ShouldBe(MatchMethod.UuidAlias),
            entity => entity.HoldsFrom.ShouldBe(Day(2, 0)),
            entity => entity.HoldsUntil.ShouldBe(Day(5, 0)));
        var before = (await ResolveAsync(Ride(2, (1, "Oceans of Fun Old"))))[0];
        before.RideId.ShouldBe(stray);
        before.HoldsUntil.ShouldBe(Day(2, 0));
        var after = (await ResolveAsync(Ride(2, (5, "Oceans of Fun Old"))))[0];
        after.RideId.ShouldBe(stray);
        after.HoldsFrom.ShouldBe(Day(5, 0));
        (await HistoryAsync(Id(1))).ShouldBe(["Oceans of Fun 1-3", "Oceans of Fun Old 3-"]);
    }

    [Fact]
    public async Task Two_ids_that_are_one_ride_at_once_do_not_take_turns_naming_it()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "Space Mountain"))))[0].RideId!.Value;
        await Mappings.MapUuidAsync(Id(2), ride, null, null, CancellationToken.None);

        for (var day = 1; day < 5; day++)
        {
            (await ResolveAsync(Ride(2, (day, "Space Mountain Single Rider")), Ride(1, (day, "Space Mountain"))))
                .ShouldAllBe(entity => entity.RideId == ride);
        }

        (await HistoryAsync(Id(1))).ShouldBe(["Space Mountain 1-"]);
    }

    [Fact]
    public async Task An_open_mapping_to_a_ride_without_an_id_gives_it_the_id()
    {
        await ResolveAsync(Ride(1, (1, "Other")));
        var ride = await RideWithoutIdAsync("Splash");

        (await Mappings.MapUuidAsync(Id(7), ride, null, null, CancellationToken.None)).Effect.ShouldBe(MappingEffect.Created);

        var resolved = (await ResolveAsync(Ride(7, (1, "Something unlike"))))[0];
        resolved.RideId.ShouldBe(ride);
        resolved.Method.ShouldBe(MatchMethod.Uuid);
        (await HistoryAsync(Id(7))).ShouldBe(["Something unlike 1-"]);
        (await Mappings.MapUuidAsync(Id(7), ride, null, null, CancellationToken.None)).Effect.ShouldBe(MappingEffect.Unchanged);
    }

    [Fact]
    public async Task Mapping_an_id_to_its_own_ride_takes_the_mapping_back()
    {
        var own = (await ResolveAsync(Ride(1, (1, "A"))))[0].RideId!.Value;
        var other = (await ResolveAsync(Ride(2, (1, "B"))))[0].RideId!.Value;
        await Mappings.MapUuidAsync(Id(1), other, null, null, CancellationToken.None);
        (await ResolveAsync(Ride(1, (1, "A"))))[0].RideId.ShouldBe(other);

        (await Mappings.MapUuidAsync(Id(1), own, null, null, CancellationToken.None)).Effect.ShouldBe(MappingEffect.Updated);

        (await ResolveAsync(Ride(1, (1, "A"))))[0].ShouldSatisfyAllConditions(
            entity => entity.RideId.ShouldBe(own),
            entity => entity.Method.ShouldBe(MatchMethod.Uuid));
    }

    [Fact]
    public async Task An_alias_makes_a_new_id_an_old_ride_while_it_is_valid()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "Disney Adventure World"))))[0].RideId!.Value;
        (await Mappings.AddNameAliasAsync(ride, "Walt Disney Studios", Day(1, 0), Day(10, 0), CancellationToken.None)).Effect.ShouldBe(MappingEffect.Created);
        (await Mappings.AddNameAliasAsync(ride, "Walt Disney Studios", Day(1, 0), Day(10, 0), CancellationToken.None)).Effect.ShouldBe(MappingEffect.Unchanged);

        var inside = (await ResolveAsync(Ride(2, (5, "Walt Disney Studios™"))))[0];
        var later = (await ResolveAsync(Ride(2, (12, "Walt Disney Studios™"))))[0];

        inside.ShouldSatisfyAllConditions(
            entity => entity.RideId.ShouldBe(ride),
            entity => entity.Method.ShouldBe(MatchMethod.NameAlias),
            entity => entity.Score.ShouldBe(95),
            entity => entity.HoldsUntil.ShouldBe(Day(10, 0)));
        later.Method.ShouldBe(MatchMethod.Created);
    }

    [Fact]
    public async Task A_ride_made_by_hand_has_the_id_and_the_name_until_sightings_name_it()
    {
        var park = (await ResolveAsync(Ride(1, (1, "Other"))))[0].ParkId!.Value;

        var made = await Mappings.CreateRideAsync(Id(9), park, "Splash", EntityKind.Attraction, CancellationToken.None);
        var again = await Mappings.CreateRideAsync(Id(9), park, "Splash", EntityKind.Attraction, CancellationToken.None);

        made.Effect.ShouldBe(MappingEffect.Created);
        again.ShouldBe(new MappingAnswer(MappingEffect.Rejected, made.RideId, $"ride {made.RideId} has that uuid"));
        (await Catalogue.GetRidesAsync([made.RideId!.Value], CancellationToken.None)).Values.Single().Name.ShouldBe("Splash");
        (await ResolveAsync(Ride(9, (3, "Splash Mountain"))))[0].RideId.ShouldBe(made.RideId);
        (await Catalogue.GetRidesAsync([made.RideId.Value], CancellationToken.None)).Values.Single().Name.ShouldBe("Splash Mountain");
    }

    [Fact]
    public async Task What_cannot_be_done_is_rejected_with_the_reason()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "A")), Ride(2, (1, "B"))))[0].RideId!.Value;
        await Mappings.MapUuidAsync(Id(5), ride, Day(1, 0), Day(10, 0), CancellationToken.None);

        (await Mappings.MapUuidAsync(Id(5), ride, Day(9, 0), null, CancellationToken.None)).Reason.ShouldBe("the uuid is already mapped from 2024-01-01 to 2024-01-10");
        (await Mappings.MapUuidAsync(Id(6), 999_999, null, null, CancellationToken.None)).Reason.ShouldBe("there is no ride 999999");
        (await Mappings.MapUuidAsync(Guid.Empty, ride, null, null, CancellationToken.None)).Reason.ShouldBe("the uuid is the nil uuid");
        (await Mappings.MapUuidAsync(Id(6), ride, Day(2), Day(2), CancellationToken.None)).Reason.ShouldBe("valid_to is not after valid_from");
        (await Mappings.CreateRideAsync(Id(6), 999_999, null, EntityKind.Show, CancellationToken.None)).Reason.ShouldBe("there is no such park");
        (await Mappings.AddNameAliasAsync(ride, "b!", null, null, CancellationToken.None)).Reason.ShouldBe($"ride {ride + 1} of the same park has that name");
        (await Mappings.AddNameAliasAsync(ride, "???", null, null, CancellationToken.None)).Reason.ShouldBe("the name holds no letter or digit");
        (await Mappings.AddNameAliasAsync(999_999, "x", null, null, CancellationToken.None)).Reason.ShouldBe("there is no such ride");
    }

    [Fact]
    public async Task The_rows_of_an_id_replace_what_was_mapped_for_it_and_no_other()
    {
        var rides = (await ResolveAsync(Ride(1, (1, "A")), Ride(2, (1, "B")))).Select(entity => entity.RideId!.Value).ToArray();
        await ApplyAsync(Row(1, 5, rides[0], Day(1, 0), Day(5, 0)), Row(2, 5, rides[1], Day(5, 0), null), Row(3, 6, rides[0], null, null));

        var report = await ApplyAsync(Row(1, 5, rides[0], Day(1, 0), Day(8, 0)), Row(2, 5, rides[1], Day(8, 0), null));

        (report.Created, report.Updated, report.Unchanged).ShouldBe((1, 2, 0));
        (await Mappings.ExportAsync(CancellationToken.None))
            .Where(mapping => mapping.Uuid == Id(5) || mapping.Uuid == Id(6))
            .Select(mapping => (mapping.Uuid, mapping.RideId, mapping.ValidFrom, mapping.ValidTo))
            .ShouldBe([(Id(5), rides[0], Day(1, 0), Day(8, 0)), (Id(5), rides[1], Day(8, 0), null), (Id(6), rides[0], null, null)]);
    }

    [Fact]
    public async Task An_export_applied_again_changes_nothing()
    {
        var rides = (await ResolveAsync(Ride(1, (1, "A")), Ride(2, (1, "B")), Ride(3, (1, "C")))).Select(entity => entity.RideId!.Value).ToArray();
        await ApplyAsync(Row(1, 1, rides[1], Day(1, 0), Day(5, 0)), Row(2, 5, rides[2], null, Day(3, 0)), Row(3, 6, rides[2], null, null));
        var export = await Mappings.ExportAsync(CancellationToken.None);

        var report = await Mappings.ApplyAsync(
            [.. export.Select((m, i) => new MappingRow(i, m.Uuid, m.RideId, m.Name, m.Park, m.ValidFrom, m.ValidTo))], CancellationToken.None);

        report.ShouldSatisfyAllConditions(
            r => r.Created.ShouldBe(0),
            r => r.Updated.ShouldBe(0),
            r => r.Rejected.ShouldBeEmpty(),
            r => r.Unchanged.ShouldBe(export.Count));
        (await Mappings.ExportAsync(CancellationToken.None)).ShouldBe(export);
    }

    [Fact]
    public async Task Rows_by_name_and_park_need_exactly_one_ride()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "Big & Bambu")), Ride(2, (1, "Playground")), Ride(3, (1, "Playground"))))[0].RideId!.Value;

        var report = await Mappings.ApplyAsync(
            [
                new MappingRow(2, Id(10), null, "big and bambu", "magickingdom", null, null),
                new MappingRow(3, Id(11), null, "Big & Bambu", Park.ToString().ToUpperInvariant(), null, null),
                new MappingRow(4, Id(12), null, "Playground", "magickingdom", null, null),
                new MappingRow(5, Id(13), null, "Nothing", "magickingdom", null, null),
                new MappingRow(6, Id(14), null, "Big & Bambu", "elsewhere", null, null),
                new MappingRow(7, Id(15), null, "Big & Bambu", null, null, null),
            ],
            CancellationToken.None);

        report.Created.ShouldBe(2);
        report.Rejected.Select(rejection => rejection.Line).ShouldBe([4, 5, 6, 7]);
        report.Rejected.Select(rejection => rejection.Reason).ShouldBe(
        [
            $"several rides of the park have that name: {ride + 1}, {ride + 2}",
            "there is no ride of that name in the park",
            "there is no such park",
            "neither ride_id nor both name and park are given",
        ]);
    }

    [Fact]
    public async Task Overlapping_rows_of_one_id_are_all_rejected_and_others_are_not()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "A"))))[0].RideId!.Value;

        var report = await ApplyAsync(Row(2, 5, ride, Day(1, 0), Day(5, 0)), Row(3, 6, ride, null, null), Row(4, 5, ride, Day(4, 0), null));

        report.Created.ShouldBe(1);
        report.Rejected.ShouldBe([new MappingRejection(2, "line 4 of the same uuid is rejected"), new MappingRejection(4, "overlaps line 2 of the same uuid")]);
    }

    private ValueTask<MappingReport> ApplyAsync(params MappingRow[] rows) => Mappings.ApplyAsync(rows, CancellationToken.None);

    private static MappingRow Row(int line, int id, int ride, DateTime? from, DateTime? to) => new(line, Id(id), ride, null, null, from, to);
}
