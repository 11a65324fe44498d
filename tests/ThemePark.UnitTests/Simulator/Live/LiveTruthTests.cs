using System.Text.Json;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator.Live;

/// <summary>One story, whoever asks, in whatever order, live or in the archive.</summary>
public sealed class LiveTruthTests
{
    [Fact]
    public async Task Equal_seeds_state_the_same_and_another_seed_states_other_things_of_the_same_rides()
    {
        await using var one = await LiveUnderTest.StartAsync();
        await using var two = await LiveUnderTest.StartAsync();
        await using var other = await LiveUnderTest.StartAsync(world: new LiveWorldOptions { Seed = 7 });
        var first = await one.Http.GetStringAsync(new Uri("entity/falkental/live", UriKind.Relative));

        (await two.Http.GetStringAsync(new Uri("entity/falkental/live", UriKind.Relative))).ShouldBe(first);
        (await other.Http.GetStringAsync(new Uri("entity/falkental/live", UriKind.Relative))).ShouldNotBe(first);
        (await other.GetAsync("destinations")).GetRawText().ShouldBe((await one.GetAsync("destinations")).GetRawText());
        (await other.GetAsync("entity/falkental/children")).GetRawText().ShouldBe((await one.GetAsync("entity/falkental/children")).GetRawText());
    }

    [Fact]
    public async Task An_instant_looks_the_same_before_and_after_other_instants()
    {
        await using var live = await LiveUnderTest.StartAsync();
        var before = (await live.GetAsync("entity/lanternbayresort/live")).GetRawText();
        foreach (var hours in new[] { 3, -30, 200, -1 })
        {
            live.Clock.MoveTo(LiveUnderTest.Afternoon.AddHours(hours));
            (await live.GetAsync("entity/lanternbayresort/live")).GetRawText().ShouldNotBe(before);
        }

        live.Clock.MoveTo(LiveUnderTest.Afternoon);
        (await live.GetAsync("entity/lanternbayresort/live")).GetRawText().ShouldBe(before);
    }

    [Fact]
    public async Task A_row_changes_exactly_when_its_last_update_does()
    {
        await using var live = await LiveUnderTest.StartAsync(LiveUnderTest.At("2026-07-04T06:00:00Z"));
        var seen = new Dictionary<string, (string Updated, string Row)>();
        var changes = 0;
        for (var minute = 0; minute < 36 * 60; minute += 6)
        {
            foreach (var row in await live.RowsAsync(LiveUnderTest.Lantern))
            {
                var now = (Updated: row.Text("lastUpdated"), Row: row.GetRawText());
                if (seen.TryGetValue(row.Text("id"), out var then))
                {
                    (now.Row == then.Row).ShouldBe(now.Updated == then.Updated, now.Row + "\n" + then.Row);
                    changes += now.Row == then.Row ? 0 : 1;
                }

                seen[row.Text("id")] = now;
            }

            live.Clock.Advance(TimeSpan.FromMinutes(6));
        }

        changes.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public async Task The_live_api_states_what_the_archive_of_the_same_seed_says()
    {
        var root = Directory.CreateTempSubdirectory("tp-live-");
        try
        {
            var report = await ArchiveGenerator.GenerateAsync(new GeneratorOptions { Out = Path.Combine(root.FullName, "a"), Destinations = 2, Days = 4, Ugly = false });
            await using var live = await LiveUnderTest.StartAsync(world: new LiveWorldOptions { Destinations = 2, Days = 4 });
            var compared = 0;
            foreach (var file in report.Files.Where(f => f.Day > report.FirstDay))
            {
                using var document = JsonDocument.Parse(ArchiveFixture.Inflate(await File.ReadAllBytesAsync(Path.Combine(root.FullName, "a", file.Key)), null));
                var events = document.RootElement.GetProperty("events").EnumerateArray().ToList();
                foreach (var e in events.Where((e, i) => i % 40 == 0 && e.GetProperty("data").Has("status") && e.GetProperty("data").Has("queue")))
                {
                    live.Clock.MoveTo(LiveUnderTest.At(e.Text("eventTime")));
                    var row = (await live.RowsAsync(e.Text("entityId"))).Single();
                    row.Text("name").ShouldBe(e.Text("name"));
                    row.Text("parkId").ShouldBe(e.Text("parkId"));
                    row.Text("status").ShouldBe(e.GetProperty("data").Text("status"));
                    row.GetProperty("queue").GetRawText().ShouldBe(e.GetProperty("data").GetProperty("queue").GetRawText());
                    row.Text("lastUpdated").ShouldBe(e.Text("eventTime")[..19] + "Z");
                    compared++;
                }
            }

            compared.ShouldBeGreaterThan(50);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task History_holds_the_changes_the_live_rows_went_through()
    {
        await using var live = await LiveUnderTest.StartAsync(LiveUnderTest.At("2026-07-05T03:59:00Z"));
        var ride = (await live.RowsAsync(LiveUnderTest.LanternPark)).First(r => r.Text("entityType") == "ATTRACTION");
        var history = await live.GetAsync($"entity/{ride.Text("id")}/history?date=2026-07-04");
        history.GetProperty("opening").Text("time").ShouldBe("2026-07-04T04:00:00Z");
        var rows = history.GetProperty("history").EnumerateArray().ToList();
        rows.Count.ShouldBeGreaterThan(10);
        rows.ShouldAllBe(r => r.GetProperty("changed").GetArrayLength() > 0);
        foreach (var change in rows)
        {
            // Whole seconds: the change happened within the one named.
            live.Clock.MoveTo(LiveUnderTest.At(change.Text("time")).AddSeconds(1).AddMilliseconds(-1));
            var row = (await live.RowsAsync(ride.Text("id"))).Single();
            row.Text("status").ShouldBe(change.Text("status"));
            row.GetProperty("queue").GetRawText().ShouldBe(change.GetProperty("queue").GetRawText());
        }
    }

    [Fact]
    public async Task A_world_of_full_size_is_built_and_answers()
    {
        await using var live = await LiveUnderTest.StartAsync(world: LiveWorldOptions.FullSize);
        var destinations = (await live.GetAsync("destinations")).GetProperty("destinations").EnumerateArray().ToList();
        destinations.Sum(d => d.GetProperty("parks").GetArrayLength()).ShouldBe(127);
        var state = JsonSerializer.Deserialize<JsonElement>(await live.Http.GetByteArrayAsync(new Uri("/_sim/state", UriKind.Relative)));
        state.GetProperty("rides").GetInt32().ShouldBe(7_000);
        var ids = new HashSet<string>();
        var attractions = 0;
        foreach (var destination in destinations)
        {
            var rows = await live.RowsAsync(destination.Text("id"));
            rows.ShouldAllBe(r => ids.Add(r.Text("id")));
            attractions += rows.Count(r => r.Text("entityType") == "ATTRACTION");
        }

        // A few have been retired since the archive ended.
        attractions.ShouldBeInRange(6_900, 7_000);
    }
}
