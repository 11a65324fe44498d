using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator.Live;

public sealed partial class LiveRowTests
{
    private static readonly Dictionary<string, string[]> Queues = new()
    {
        ["STANDBY"] = ["waitTime"],
        ["SINGLE_RIDER"] = ["waitTime"],
        ["PAID_STANDBY"] = ["waitTime"],
        ["RETURN_TIME"] = ["state", "returnStart", "returnEnd"],
        ["PAID_RETURN_TIME"] = ["state", "returnStart", "returnEnd", "price"],
        ["BOARDING_GROUP"] = ["allocationStatus", "currentGroupStart", "currentGroupEnd", "nextAllocationTime", "estimatedWait"],
    };

    [Fact]
    public async Task Rows_of_all_times_of_a_year_have_the_documented_fields_and_nulls()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var queues = new HashSet<string>();
        var statuses = new HashSet<string>();
        var parts = new HashSet<string>();
        for (var step = 0; step < 60; step++)
        {
            live.Clock.MoveTo(LiveUnderTest.At("2026-01-01T00:00:00Z").AddHours(step * 145));
            foreach (var destination in new[] { LiveUnderTest.Lantern, "hoshikuzubay", LiveUnderTest.Falkental })
            {
                var feed = await live.GetAsync($"entity/{destination}/live");
                feed.Names().ShouldBe(["id", "name", "entityType", "timezone", "liveData"], ignoreOrder: true);
                feed.Text("entityType").ShouldBe("DESTINATION");
                var zone = DateTimeZoneProviders.Tzdb[feed.Text("timezone")];
                foreach (var row in feed.GetProperty("liveData").EnumerateArray())
                {
                    Check(row, zone, live.Clock.GetUtcNow());
                    statuses.Add(row.Text("entityType") + " " + row.Text("status"));
                    parts.UnionWith(row.Names());
                    if (row.TryGetProperty("queue", out var queue))
                    {
                        queues.UnionWith(queue.Names());
                    }
                }
            }
        }

        queues.ShouldBe(Queues.Keys, ignoreOrder: true);
        statuses.ShouldBe(
            [
                "ATTRACTION OPERATING", "ATTRACTION DOWN", "ATTRACTION CLOSED", "ATTRACTION REFURBISHMENT", "SHOW OPERATING", "SHOW CLOSED",
                "RESTAURANT OPERATING", "PARK OPERATING",
            ],
            ignoreOrder: true);
        parts.ShouldBe(
            [
                "id", "name", "entityType", "parkId", "externalId", "queue", "status", "forecast", "showtimes", "operatingHours", "diningAvailability",
                "lastUpdated",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task An_open_park_has_waits_forecasts_tables_and_its_own_old_row()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var rows = await live.RowsAsync(LiveUnderTest.LanternPark);

        rows.Count(r => r.Text("entityType") == "ATTRACTION" && r.Text("status") == "OPERATING").ShouldBeGreaterThan(5);
        rows.ShouldContain(r => r.Has("queue") && r.GetProperty("queue").Names().Contains("STANDBY") && r.Part("STANDBY").GetProperty("waitTime").ValueKind == JsonValueKind.Number);
        var forecast = rows.First(r => r.Has("forecast")).GetProperty("forecast").EnumerateArray().ToList();
        forecast.Count.ShouldBeInRange(8, 16);
        forecast[0].Text("time").ShouldBe("2026-07-04T09:00:00-04:00");
        rows.Where(r => r.Has("diningAvailability")).SelectMany(r => r.GetProperty("diningAvailability").EnumerateArray()).ShouldContain(d => d.GetProperty("partySize").GetInt32() == 2);
        var park = rows.Single(r => r.Text("entityType") == "PARK");
        park.GetProperty("parkId").ValueKind.ShouldBe(JsonValueKind.Null);
        park.Part("STANDBY").GetProperty("waitTime").ValueKind.ShouldBe(JsonValueKind.Null);
        park.Text("lastUpdated").ShouldStartWith("2024-");
    }

    [Fact]
    public async Task At_night_rides_are_closed_without_waits_while_restaurants_stay_operating()
    {
        await using var live = await LiveUnderTest.StartAsync(LiveUnderTest.At("2026-07-08T07:00:00Z"));
        var rows = await live.RowsAsync(LiveUnderTest.LanternPark);

        rows.Where(r => r.Text("entityType") == "ATTRACTION").ShouldAllBe(r => r.Text("status") == "CLOSED" || r.Text("status") == "REFURBISHMENT");
        rows.Where(r => r.Text("entityType") == "RESTAURANT").ShouldAllBe(r => r.Text("status") == "OPERATING");

        // Tomorrow's windows are on offer before the park opens.
        live.Clock.MoveTo(LiveUnderTest.At("2026-07-08T10:00:00Z"));
        (await live.RowsAsync(LiveUnderTest.LanternPark))
            .Where(r => r.Text("status") == "CLOSED" && r.Has("queue") && r.GetProperty("queue").Names().Contains("RETURN_TIME"))
            .ShouldContain(r => r.Part("RETURN_TIME").Text("state") == "AVAILABLE");
    }

    [Fact]
    public async Task On_a_closed_day_nothing_opens_and_no_hours_are_stated()
    {
        await using var live = await LiveUnderTest.StartAsync(LiveUnderTest.At("2026-01-13T17:00:00Z"));
        var rows = (await live.RowsAsync(LiveUnderTest.LanternWater)).Where(r => r.Text("entityType") is "ATTRACTION" or "SHOW").ToList();

        rows.ShouldNotBeEmpty();
        rows.ShouldAllBe(r => r.Text("status") == "CLOSED" || r.Text("status") == "REFURBISHMENT");
        rows.ShouldAllBe(r => !r.Has("operatingHours") && !r.Has("forecast"));
        (await live.GetAsync($"entity/{LiveUnderTest.LanternWater}/schedule")).GetProperty("schedule").EnumerateArray().ShouldNotContain(e => e.Text("date") == "2026-01-13");
    }

    [Fact]
    public async Task After_midnight_a_late_park_still_runs_on_the_day_it_opened()
    {
        var late = Enumerable.Range(0, 60).Select(w => new LocalDate(2026, 4, 4).PlusWeeks(w)).First(d => Calendar().On(d)!.Value.CloseMs > Calendar().At(d.PlusDays(1), 20));
        var after = DateTimeOffset.FromUnixTimeMilliseconds(Calendar().At(late.PlusDays(1), 20));
        await using var live = await LiveUnderTest.StartAsync(after);
        var rows = (await live.RowsAsync(LiveUnderTest.LanternPark)).Where(r => r.Text("entityType") == "ATTRACTION").ToList();

        rows.ShouldContain(r => r.Text("status") == "OPERATING");
        var hours = rows.First(r => r.Has("operatingHours")).GetProperty("operatingHours").EnumerateArray().Single(h => h.Text("type") == "Operating");
        hours.Text("startTime").ShouldStartWith(LocalDatePattern.Iso.Format(late));
        hours.Text("endTime").ShouldStartWith(LocalDatePattern.Iso.Format(late.PlusDays(1)) + "T00:30:00");

        live.Clock.Advance(TimeSpan.FromMinutes(30));
        (await live.RowsAsync(LiveUnderTest.LanternPark)).Where(r => r.Text("entityType") == "ATTRACTION").ShouldNotContain(r => r.Text("status") == "OPERATING");
    }

    [Fact]
    public async Task The_repeated_hour_of_a_change_of_clocks_has_both_offsets()
    {
        await using var live = await LiveUnderTest.StartAsync(LiveUnderTest.At("2026-11-01T05:50:00Z"));
        Offsets(await live.RowsAsync(LiveUnderTest.LanternPark)).ShouldBe(["-04:00", "-05:00"], ignoreOrder: true);

        live.Clock.Advance(TimeSpan.FromHours(1));
        var rows = await live.RowsAsync(LiveUnderTest.LanternPark);
        rows.ShouldContain(r => r.Text("entityType") == "ATTRACTION" && r.Text("status") == "OPERATING");
        var hours = rows.First(r => r.Has("operatingHours")).GetProperty("operatingHours").EnumerateArray().Single(h => h.Text("type") == "Operating");
        hours.Text("startTime").ShouldEndWith("-04:00");
        hours.Text("endTime").ShouldBe("2026-11-01T04:00:00-05:00");
    }

    [Fact]
    public async Task Rows_can_be_asked_for_by_type_and_one_by_one()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var all = await live.RowsAsync(LiveUnderTest.Lantern);
        var some = await live.RowsAsync(LiveUnderTest.Lantern, "?entityType=SHOW,RESTAURANT");
        some.Select(r => r.Text("entityType")).Distinct().ShouldBe(["SHOW", "RESTAURANT"], ignoreOrder: true);
        some.Count.ShouldBe(all.Count(r => r.Text("entityType") is "SHOW" or "RESTAURANT"));
        var one = all.First(r => r.Text("entityType") == "ATTRACTION");
        (await live.RowsAsync(one.Text("id"))).Single().GetRawText().ShouldBe(one.GetRawText());
    }

    private static ParkCalendar Calendar() => new(Catalogue.Build(new LiveWorldOptions().Archive)[0].Parks[0], new LiveWorldOptions().Seed);

    private static IEnumerable<string> Offsets(List<JsonElement> rows) =>
        rows.SelectMany(r => LocalTime().Matches(r.GetRawText()).Select(m => m.Groups["offset"].Value)).Distinct();

    private static void Check(JsonElement row, DateTimeZone zone, DateTimeOffset now)
    {
        Guid.TryParseExact(row.Text("id"), "D", out _).ShouldBeTrue();
        row.Text("name").ShouldNotBeEmpty();
        row.Text("externalId").ShouldNotBeEmpty();
        row.Text("lastUpdated").ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$");
        DateTimeOffset.Parse(row.Text("lastUpdated"), CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(now);
        (row.GetProperty("parkId").ValueKind == JsonValueKind.Null).ShouldBe(row.Text("entityType") == "PARK");
        foreach (Match local in LocalTime().Matches(row.GetRawText()))
        {
            var time = OffsetDateTimePattern.GeneralIso.Parse(local.Value).Value;
            zone.GetUtcOffset(time.ToInstant()).ShouldBe(time.Offset, local.Value);
        }

        if (row.TryGetProperty("queue", out var queue))
        {
            foreach (var part in queue.EnumerateObject())
            {
                Check(part, row.Text("status"));
            }
        }
    }

    private static void Check(JsonProperty part, string status)
    {
        Queues.ShouldContainKey(part.Name);
        part.Value.Names().ShouldBe(Queues[part.Name]);
        if (part.Value.TryGetProperty("waitTime", out var wait) && status != "OPERATING")
        {
            wait.ValueKind.ShouldBe(JsonValueKind.Null);
        }

        if (part.Value.TryGetProperty("state", out var state))
        {
            // A ride that has not opened since its park did may state nothing at all, which upstream does too.
            (state.GetString() ?? (status == "OPERATING" ? "null" : "FINISHED")).ShouldBeOneOf("AVAILABLE", "TEMP_FULL", "FINISHED");
            (part.Value.GetProperty("returnStart").ValueKind == JsonValueKind.Null).ShouldBe(state.GetString() != "AVAILABLE");
            (part.Value.GetProperty("returnEnd").ValueKind == JsonValueKind.Null).ShouldBe(state.GetString() != "AVAILABLE");
        }

        if (part.Value.TryGetProperty("price", out var price))
        {
            price.Text("currency").Length.ShouldBe(3);
            price.Has("formatted").ShouldBe(price.GetProperty("amount").ValueKind == JsonValueKind.Number);
        }
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?<offset>[+-]\d\d:\d\d)")]
    private static partial Regex LocalTime();
}
