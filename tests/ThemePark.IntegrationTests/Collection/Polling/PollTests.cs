using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Features;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Simulator;
using RideStatus = ThemePark.Modules.Collection.Contracts.RideStatus;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Polling;

public sealed class PollTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 6, 16, 2, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_slot_is_polled_once_by_whatever_number_of_processes()
    {
        await using var scene = await LiveScene.StartAsync(Noon);
        var (one, other) = (scene.Process(), scene.Process());

        var both = await Task.WhenAll(LiveScene.CollectAsync(one), LiveScene.CollectAsync(other));

        both.SelectMany(p => p).Count(p => p is { AlreadyPolled: false, ErrorKind: null }).ShouldBe(2, "two destinations");
        var rows = await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots");
        (await scene.OneAsync<long>("SELECT SUM(row_count) FROM snapshot_days")).ShouldBe(rows);
        (await scene.OneAsync<DateTime>("SELECT DISTINCT recorded_at FROM ride_status_snapshots")).ShouldBe(new DateTime(2026, 6, 6, 16, 0, 0));
    }

    [Fact]
    public async Task A_failed_slot_may_still_get_its_good_poll_and_a_good_one_is_never_overwritten()
    {
        await using var scene = await LiveScene.StartAsync(Noon);
        var process = scene.Process();
        scene.Upstream.Faults.Add(new LiveFault(LiveFaultKind.Unavailable) { Path = "*/live*" });
        (await LiveScene.CollectAsync(process)).ShouldAllBe(p => p.ErrorKind == PollErrors.ApiUnavailable);
        (await scene.QueryAsync<string>("SELECT DISTINCT error_kind FROM collection_runs")).ShouldBe(["API_UNAVAILABLE"]);
        scene.Upstream.Faults.Clear();
        scene.Clock.Advance(TimeSpan.FromMinutes(1));

        (await LiveScene.CollectAsync(process)).ShouldAllBe(p => p.ErrorKind == null && !p.AlreadyPolled);

        (await scene.QueryAsync<string>("SELECT DISTINCT outcome FROM collection_runs")).ShouldBe(["OK"]);
        scene.Upstream.Faults.Add(new LiveFault(LiveFaultKind.Unavailable) { Path = "*/live*" });
        (await LiveScene.CollectAsync(process)).ShouldAllBe(p => p.AlreadyPolled);
        (await scene.QueryAsync<string>("SELECT DISTINCT outcome FROM collection_runs")).ShouldBe(["OK"]);
    }

    [Fact]
    public async Task Show_times_are_written_when_they_change_and_once_a_day()
    {
        await using var scene = await LiveScene.StartAsync(Noon);
        var process = scene.Process();
        await LiveScene.CollectAsync(process);
        var programme = await scene.OneAsync<long>("SELECT COUNT(*) FROM show_times");
        programme.ShouldBeGreaterThan(0);

        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await LiveScene.CollectAsync(process);

        var unchanged = await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 2048");
        unchanged.ShouldBeGreaterThan(0);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM show_times WHERE recorded_at > '2026-06-06 16:00:00'")).ShouldBeLessThan(programme);
        scene.Clock.MoveTo(Noon.AddDays(1));
        await LiveScene.CollectAsync(process);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM show_times WHERE recorded_at >= '2026-06-07'")).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(OverlapPolicy.Replace)]
    [InlineData(OverlapPolicy.Fill)]
    public async Task The_archives_day_replaces_the_polls_of_its_destination_or_fills_around_them(OverlapPolicy overlap)
    {
        await using var scene = await LiveScene.StartAsync(Noon, destinations: 1);
        var process = scene.Process();
        await LiveScene.CollectAsync(process);
        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await LiveScene.CollectAsync(process);
        var (ride, park, destination) = await scene.OneAsync<(int, int, int)>("SELECT ride_id, park_id, destination_id FROM live_entities WHERE ride_id IS NOT NULL ORDER BY ride_id LIMIT 1");
        var live = await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots");
        using var batch = new ObservationBatch();
        foreach (var minute in new[] { 0, 2 })
        {
            batch.Add(new SnapshotRow { Instant = Noon.AddMinutes(minute - 2).ToUnixTimeMilliseconds(), Status = RideStatus.Down, Wait = SnapshotRow.NoWait, Flags = ObservationFlags.StatusStated, Park = -1 });
        }

        var writer = process.GetRequiredService<ISnapshotWriter>();
        using var day = writer.Encode(new DayContent(destination, new DateOnly(2026, 6, 6), DataSource.Archive, overlap, OwnsDay: true, [new DaySlice(batch, [new RideRef(ride, park)], [], "archive")]));
        await using (var connection = await scene.Database.OpenAsync(CancellationToken.None))
        await using (var tx = await connection.BeginTransactionAsync(CancellationToken.None))
        {
            await writer.WriteAsync(day, tx, CancellationToken.None);
            await tx.CommitAsync();
        }

        // At 16:00 both have the ride; at 16:02 only the archive has.
        var (polls, archived) = await scene.OneAsync<(long, long)>("SELECT SUM(data_source = 1), SUM(data_source = 2) FROM ride_status_snapshots");
        (polls, archived).ShouldBe(overlap == OverlapPolicy.Fill ? (live, 1) : (0, 2), "a destination's day is replaced as a whole");
        (await scene.OneAsync<long>("SELECT SUM(row_count) FROM snapshot_days")).ShouldBe(polls + archived);
    }

    [Fact]
    public async Task Simulated_data_never_come_over_real_ones()
    {
        await using var scene = await LiveScene.StartAsync(Noon);
        var process = scene.Process();
        await LiveScene.CollectAsync(process);
        await using (var connection = await scene.Database.OpenAsync(CancellationToken.None))
        {
            await Dapper.SqlMapper.ExecuteAsync(connection, "UPDATE collection_runs SET simulated = 0");
        }

        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        var refused = await LiveScene.CollectAsync(process);

        refused.ShouldAllBe(p => p.ErrorKind == PollErrors.InvalidData && p.ErrorMessage!.Contains("simulator"));
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE recorded_at > '2026-06-06 16:00:00'")).ShouldBe(0);
    }

    [Fact]
    public async Task Parts_without_a_column_are_kept_on_change_and_their_end_too()
    {
        await using var scene = await LiveScene.StartAsync(Noon);
        var process = scene.Process();
        scene.Upstream.Faults.Add(new LiveFault(LiveFaultKind.ExtraFields) { Path = "*/live*", Until = Noon.AddMinutes(4) });
        await LiveScene.CollectAsync(process);
        var parts = await scene.QueryAsync<string>("SELECT DISTINCT part FROM live_parts WHERE part NOT IN ('operatingHours', 'diningAvailability', 'forecast')");
        parts.ShouldNotBeEmpty("fields nobody told us of");

        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await LiveScene.CollectAsync(process);

        (await scene.OneAsync<long>("SELECT COUNT(*) FROM live_parts WHERE part IN @parts AND observed_at > '2026-06-06 16:00:00' AND value IS NULL", new { parts }))
            .ShouldBe(await scene.OneAsync<long>("SELECT COUNT(*) FROM live_parts WHERE part IN @parts AND value IS NOT NULL", new { parts }));
        JsonDocument.Parse(await scene.OneAsync<string>("SELECT value FROM live_parts WHERE part = 'operatingHours' LIMIT 1")).RootElement.ValueKind.ShouldBe(JsonValueKind.Array);
    }

    [Fact]
    public async Task What_was_not_seen_for_24_hours_is_unknown_and_not_closed()
    {
        await using var scene = await LiveScene.StartAsync(Noon);
        var process = scene.Process();
        await LiveScene.CollectAsync(process);
        var live = process.GetRequiredService<ILiveCollection>();
        var before = await live.StatesAsync(null, CancellationToken.None);
        before.ShouldAllBe(s => s.Status != RideStatus.None);
        before.Count(s => s.WaitMinutes is not null).ShouldBeGreaterThan(0);
        var gone = (await scene.QueryAsync<Guid>("SELECT entity_uuid FROM live_entities WHERE ride_id = @RideId", new { before[0].RideId })).Single();
        scene.Upstream.Faults.Add(new LiveFault(LiveFaultKind.MissingRows) { Path = "*/live*", Entity = gone.ToString() });

        foreach (var hours in new[] { 12, 23, 25 })
        {
            scene.Clock.MoveTo(Noon.AddHours(hours));
            await LiveScene.CollectAsync(process);
            var state = (await live.StatesAsync(before[0].ParkId, CancellationToken.None)).Single(s => s.RideId == before[0].RideId);
            (state.Status, state.WaitMinutes).ShouldBe(hours < 24 ? (before[0].Status, before[0].WaitMinutes) : (RideStatus.None, null));
            state.LastSeenAt.ShouldBe(new DateTime(2026, 6, 6, 16, 0, 0));
        }

        var rest = (await live.StatesAsync(null, CancellationToken.None)).Where(s => s.LastSeenAt > Noon.UtcDateTime.AddHours(1)).ToList();
        rest.Count.ShouldBeGreaterThan(before.Count / 2);
        rest.ShouldAllBe(s => s.Status != RideStatus.None);
        (await live.StatesAsync(-1, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Health_and_freshness_tell_the_age_of_live_data_and_that_they_are_simulated()
    {
        await using var upstream = await LiveServer.StartAsync(new LiveServerOptions { World = new LiveWorldOptions { Destinations = 2, RidesPerPark = 4 } }, CancellationToken.None);
        await using var database = await TestDatabase.CreateAsync();
        await using var app = await TestApp.StartAsync(database, ("Upstream:BaseAddress", upstream.BaseAddress.ToString()));
        var before = await JsonAsync(app.Anonymous, "/api/health");
        before.GetProperty("checks").GetProperty("data_collection").GetProperty("status").GetString().ShouldBe("no_data");
        before.GetProperty("status").GetString().ShouldNotBe("healthy");
        var polled = (await app.Services.SendAsync(new CollectOnce.Command())).Value;
        (polled.Polled, polled.Failed, polled.Simulated).ShouldBe((2, 0, true));
        polled.Snapshots.ShouldBeGreaterThan(10);
        var nowhere = await app.Services.SendAsync(new CollectOnce.Command(Guid.NewGuid()));
        nowhere.Failure.ShouldExplain("DESTINATION_NOT_FOUND", "Upstream lists no destination ….", "exit 10");

        var check = (await JsonAsync(app.Anonymous, "/api/health")).GetProperty("checks").GetProperty("data_collection");
        check.GetProperty("status").GetString().ShouldBe("healthy");
        check.GetProperty("simulated").GetBoolean().ShouldBeTrue();
        check.GetProperty("message").GetString()!.ShouldContain("simulated");
        (check.GetProperty("stale_threshold_minutes").GetInt32(), check.GetProperty("critical_threshold_minutes").GetInt32()).ShouldBe((30, 60));
        var freshness = await JsonAsync(app.Admin, "/api/admin/quality/freshness");
        freshness.GetProperty("freshness").EnumerateArray().ShouldAllBe(p => p.GetProperty("status").GetString() == "FRESH");
        freshness.GetProperty("summary").GetProperty("parks_fresh").GetInt32().ShouldBe(freshness.GetProperty("summary").GetProperty("total_parks").GetInt32());
        var destinations = freshness.GetProperty("destinations").EnumerateArray().ToList();
        destinations.Count.ShouldBe(2);
        destinations.ShouldAllBe(d => d.GetProperty("status").GetString() == "FRESH" && d.GetProperty("minutes_since_last").GetDouble() < 15);
        destinations.Sum(d => d.GetProperty("parks").GetProperty("total_parks").GetInt32()).ShouldBe(freshness.GetProperty("summary").GetProperty("total_parks").GetInt32());

        foreach (var (minutes, health, status) in new[] { (40, "stale", "STALE"), (20, "healthy", "NORMAL"), (90, "critical", "STALE") })
        {
            await using var connection = await database.Database.OpenAsync(CancellationToken.None);
            await Dapper.SqlMapper.ExecuteAsync(connection, "UPDATE collection_runs SET slot = UTC_TIMESTAMP() - INTERVAL @minutes MINUTE", new { minutes });
            await Dapper.SqlMapper.ExecuteAsync(connection, "UPDATE live_entities SET last_seen_at = UTC_TIMESTAMP() - INTERVAL @minutes MINUTE", new { minutes });
            (await JsonAsync(app.Anonymous, "/api/health")).GetProperty("checks").GetProperty("data_collection").GetProperty("status").GetString().ShouldBe(health);
            (await JsonAsync(app.Admin, "/api/admin/quality/freshness")).GetProperty("freshness")[0].GetProperty("status").GetString().ShouldBe(status);
        }

        // A destination is as bad as its worst park, and the worst destination comes first.
        await using (var connection = await database.Database.OpenAsync(CancellationToken.None))
        {
            await Dapper.SqlMapper.ExecuteAsync(connection, "UPDATE live_entities SET last_seen_at = UTC_TIMESTAMP()");
            await Dapper.SqlMapper.ExecuteAsync(
                connection, "UPDATE live_entities SET last_seen_at = UTC_TIMESTAMP() - INTERVAL 50 MINUTE WHERE park_id = (SELECT MAX(park_id) FROM parks)");
        }

        var worst = (await JsonAsync(app.Admin, "/api/admin/quality/freshness")).GetProperty("destinations");
        (worst[0].GetProperty("status").GetString(), worst[0].GetProperty("parks").GetProperty("parks_stale").GetInt32()).ShouldBe(("STALE", 1));
        worst[1].GetProperty("status").GetString().ShouldBe("FRESH");

        var recurring = await JsonAsync(app.Admin, "/api/admin/recurring");
        recurring.ToString().ShouldContain("\"*/5 * * * *\"");
    }

    // A critical report comes with 503.
    private static async Task<JsonElement> JsonAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}
