using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator.Live;

public sealed class LiveDocumentTests
{
    [Fact]
    public async Task Destinations_list_their_parks()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var destinations = (await live.GetAsync("destinations")).GetProperty("destinations").EnumerateArray().ToList();
        destinations.Count.ShouldBe(3);
        destinations[0].Names().ShouldBe(["id", "name", "slug", "externalId", "parks"]);
        destinations[0].GetProperty("parks").EnumerateArray().ShouldAllBe(p => p.Names().SequenceEqual(new[] { "id", "name" }));
        destinations.Sum(d => d.GetProperty("parks").GetArrayLength()).ShouldBe(8);
    }

    [Fact]
    public async Task Children_are_the_whole_subtree_and_each_has_a_document()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var destination = await live.GetAsync("entity/lanternbayresort");
        destination.Has("parkId").ShouldBeFalse();
        var children = (await live.GetAsync("entity/lanternbayresort/children")).GetProperty("children").EnumerateArray().ToList();
        children.Select(c => c.Text("entityType")).Distinct().ShouldBe(["PARK", "HOTEL", "ATTRACTION", "SHOW", "RESTAURANT"], ignoreOrder: true);
        children.ShouldContain(c => c.GetProperty("slug").ValueKind == JsonValueKind.Null);
        children.ShouldContain(c => !c.Has("location"));
        var parks = children.Where(c => c.Text("entityType") == "PARK").Select(c => c.Text("id")).ToHashSet();
        var heights = 0;
        foreach (var child in children)
        {
            child.Text("parentId").ShouldBeOneOf([destination.Text("id"), .. parks]);
            child.Has("timezone").ShouldBeFalse();
            var document = await live.GetAsync($"entity/{child.Text("id")}");
            document.Text("name").ShouldBe(child.Text("name"));
            document.Text("timezone").ShouldBe("America/New_York");
            document.Text("destinationId").ShouldBe(destination.Text("id"));
            document.Has("parkId").ShouldBe(child.Text("entityType") is not ("PARK" or "HOTEL"));
            document.Has("attractionType").ShouldBe(child.Text("entityType") == "ATTRACTION");
            document.Has("cuisines").ShouldBe(child.Text("entityType") == "RESTAURANT");
            heights += document.TryGetProperty("minimumHeight", out var height) && height.GetInt32() is >= 90 and <= 145 ? 1 : 0;
        }

        heights.ShouldBeGreaterThan(10);
        var park = parks.First();
        (await live.GetAsync($"entity/{park}/children")).GetProperty("children").EnumerateArray().ShouldAllBe(c => c.Text("parentId") == park);
        (await live.GetAsync($"entity/{park}")).GetProperty("location").GetProperty("pointsOfInterest").GetArrayLength().ShouldBe(0);
        (await live.GetAsync($"entity/{children[^1].Text("id")}/children")).GetProperty("children").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Rides_in_yen_carry_the_older_tags()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var rides = (await live.GetAsync("entity/hoshikuzubay/children")).GetProperty("children").EnumerateArray().Where(c => c.Text("entityType") == "ATTRACTION").ToList();
        var document = await live.GetAsync($"entity/{rides[0].Text("id")}");
        document.GetProperty("tags").EnumerateArray().ShouldContain(t => t.Text("tag") == "SINGLE_RIDER" && t.GetProperty("value").ValueKind == JsonValueKind.True);
    }

    [Fact]
    public async Task A_replaced_ride_changes_its_id_and_a_retired_one_is_gone()
    {
        var world = new LiveWorldOptions { FirstDay = new DateOnly(2026, 6, 1), Days = 60 };
        var models = Catalogue.Build(world.Archive)[0];
        var replaced = models.Parks[1].Entities.Single(e => e.Replacement is not null);
        var retired = models.Parks[0].Entities.Single(e => e.RetiredFrom is not null);
        await using var live = await LiveUnderTest.StartAsync(LiveUnderTest.At("2026-06-05T16:00:00Z"), world);
        foreach (var (id, found) in new[] { (replaced.Id, true), (replaced.Replacement!.Value.Id, false), (retired.Id, true) })
        {
            (await live.AskAsync($"entity/{id}")).IsSuccessStatusCode.ShouldBe(found);
        }

        live.Clock.MoveTo(LiveUnderTest.At("2026-07-25T16:00:00Z"));
        foreach (var (id, found) in new[] { (replaced.Id, false), (replaced.Replacement!.Value.Id, true), (retired.Id, false) })
        {
            (await live.AskAsync($"entity/{id}")).IsSuccessStatusCode.ShouldBe(found);
            (await live.RowsAsync(LiveUnderTest.Lantern)).Any(r => r.Text("id") == id).ShouldBe(found);
        }
    }

    [Fact]
    public async Task A_schedule_holds_thirty_one_days_of_several_kinds_with_purchases()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var park = await live.GetAsync($"entity/{LiveUnderTest.LanternPark}/schedule");
        park.Names().ShouldBe(["id", "name", "entityType", "timezone", "schedule"]);
        var entries = park.GetProperty("schedule").EnumerateArray().ToList();
        entries.Select(e => e.Text("date")).Distinct().Count().ShouldBe(31);
        entries[0].Text("date").ShouldBe("2026-07-04");
        entries.Select(e => e.Text("type")).Distinct().ShouldBe(["TICKETED_EVENT", "OPERATING", "EXTRA_HOURS", "INFO"], ignoreOrder: true);
        entries.ShouldAllBe(e => e.Text("openingTime").StartsWith(e.Text("date"), StringComparison.Ordinal) || e.Text("type") == "EXTRA_HOURS");
        entries.Where(e => e.Text("type") == "OPERATING").ShouldContain(e => !e.Text("closingTime").StartsWith(e.Text("date"), StringComparison.Ordinal));
        var sold = entries.First(e => e.Has("purchases")).GetProperty("purchases").EnumerateArray().ToList();
        sold[0].Names().ShouldBe(["type", "id", "name", "price", "available"]);
        sold.ShouldContain(p => p.GetProperty("price").GetProperty("amount").ValueKind == JsonValueKind.Null);

        var destination = await live.GetAsync("entity/lanternbayresort/schedule");
        destination.Has("schedule").ShouldBeFalse();
        destination.GetProperty("parks").EnumerateArray().First().GetRawText().ShouldBe(park.GetRawText());
    }

    [Fact]
    public async Task A_month_is_whole_and_the_day_of_a_change_of_clocks_has_both_offsets()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var entries = (await live.GetAsync($"entity/{LiveUnderTest.LanternPark}/schedule/2026/10")).GetProperty("schedule").EnumerateArray().Where(e => e.Text("type") == "OPERATING").ToList();
        entries.Select(e => e.Text("date")).ShouldBe(Enumerable.Range(1, 31).Select(d => FormattableString.Invariant($"2026-10-{d:00}")));
        entries[^1].Text("openingTime").ShouldEndWith("-04:00");
        entries[^1].Text("closingTime").ShouldBeOneOf("2026-11-01T04:00:00-05:00", "2026-11-01T03:00:00-05:00");
        (await live.GetAsync($"entity/{LiveUnderTest.LanternPark}/schedule/1999/05")).GetProperty("schedule").GetArrayLength().ShouldBe(0);
        (await live.GetAsync($"entity/{LiveUnderTest.LanternPark}/schedule/2027/06")).GetProperty("schedule").GetArrayLength().ShouldBe(0);
        foreach (var wrong in new[] { "2026/5", "2026/13", "1969/12", "2151/01", "year/01" })
        {
            (await live.AskAsync($"entity/{LiveUnderTest.LanternPark}/schedule/{wrong}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Published_hours_change_before_the_day()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var schedule = new LiveSchedule(new LivePark(Catalogue.Build(new LiveWorldOptions().Archive)[0].Parks[0], new LiveWorldOptions().Seed, new LiveWorldOptions().Archive.First));
        var day = Enumerable.Range(5, 25).Select(d => new NodaTime.LocalDate(2026, 7, 4).PlusDays(d)).First(schedule.IsCorrected);
        var corrected = DateTimeOffset.FromUnixTimeMilliseconds(schedule.CorrectedMs(day));
        live.Clock.MoveTo(corrected.AddSeconds(-1));
        var before = LiveUnderTest.At(await CloseAsync());
        live.Clock.MoveTo(corrected);
        var after = LiveUnderTest.At(await CloseAsync());
        after.ShouldBe(before.AddHours(1));

        async Task<string> CloseAsync() => (await live.GetAsync($"entity/{LiveUnderTest.LanternPark}/schedule")).GetProperty("schedule").EnumerateArray()
            .Single(e => e.Text("type") == "OPERATING" && e.Text("date") == day.ToDateOnly().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))
            .Text("closingTime");
    }

    [Fact]
    public async Task History_is_bounded_and_a_park_answers_for_all_of_its_entities()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var park = await live.GetAsync($"entity/{LiveUnderTest.LanternPark}/history?date=2026-07-03");
        park.GetProperty("entities").GetArrayLength().ShouldBeGreaterThan(10);
        (await live.AskAsync($"entity/{LiveUnderTest.LanternPark}/history?date=2026-06-01")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await live.AskAsync($"entity/{LiveUnderTest.LanternPark}/history?date=2026-06-31")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await live.AskAsync("entity/lanternbayresort/history")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var coverage = await live.GetAsync($"entity/{LiveUnderTest.LanternPark}/history/coverage");
        coverage.GetProperty("summary").Text("archiveFrom").ShouldBe("2025-10-02");
        coverage.GetProperty("entities").EnumerateArray().ShouldContain(e => !e.GetProperty("stillListed").GetBoolean());
        var ride = coverage.GetProperty("entities").EnumerateArray().First().Text("id");
        (await live.GetAsync($"entity/{ride}/history/coverage")).GetProperty("kinds").Has("status").ShouldBeTrue();
    }
}
