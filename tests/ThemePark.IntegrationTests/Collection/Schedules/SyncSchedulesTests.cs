using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Simulator;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Schedules;

/// <summary>Schedules of a simulated upstream, which publishes one day in eight an hour too short and corrects it at noon three days before.</summary>
public sealed class SyncSchedulesTests
{
    private static readonly DateTimeOffset Start = new(2025, 9, 10, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task All_that_is_published_is_stored_and_nothing_else()
    {
        await using var world = await WorldAsync();
        var result = await world.Harness.SyncAsync();

        // 10 September and 60 days: September, October, November, of two destinations.
        (result.Asked, result.Answered, result.FailedDocuments, result.Quarantined).ShouldBe((6, 6, 0, 0));
        (result.UnknownParks.Count, result.MissingParks.Count, result.Simulated).ShouldBe((0, 0, true));
        var served = world.Server.Served.All.Where(a => a.Path.Contains("/schedule/", StringComparison.Ordinal)).SelectMany(a => Entries(a.Body)).Order(StringComparer.Ordinal).ToList();
        served.Count.ShouldBeGreaterThan(300);
        served.ShouldContain(e => e.Contains("\"amount\"", StringComparison.Ordinal));
        (await StoredAsync(world.Harness)).ShouldBe(served);
        result.ChangedDates.ShouldBe(served.Select(e => e[..47]).Distinct().Count());
        (await world.Harness.QueryAsync<long>("SELECT COUNT(*) FROM park_schedule_versions WHERE NOT simulated OR observed_at <> @at", new { at = Start.UtcDateTime })).ShouldBe([0L]);
    }

    [Fact]
    public async Task An_unchanged_answer_writes_nothing()
    {
        await using var world = await WorldAsync();
        await world.Harness.SyncAsync();
        var before = await world.Harness.DumpAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(0);
        (await world.Harness.DumpAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_corrected_day_is_one_new_version_and_the_old_one_is_readable_as_of_its_time()
    {
        await using var world = await WorldAsync();
        await world.Harness.SyncAsync();
        var correction = (await CorrectedAsync(world)).ShouldNotBeNull();
        var (park, date) = correction;

        var versions = await world.Harness.QueryAsync<DateTime>(
            "SELECT observed_at FROM park_schedule_versions WHERE park_id = @park AND local_date = @date ORDER BY 1", new { park, date });
        versions.Count.ShouldBe(2);
        var seen = new DateTimeOffset(versions[1], TimeSpan.Zero);
        var hours = world.Harness.Hours;
        async Task<PublishedDay> AsOf(DateTimeOffset? at) => (await hours.DaysAsync(park, date, date, at, CancellationToken.None)).Single();
        (await AsOf(Start.AddMilliseconds(-1))).ShouldSatisfyAllConditions(d => d.IsKnown.ShouldBeFalse(), d => d.ObservedAt.ShouldBeNull(), d => d.Entries.ShouldBeEmpty());
        var (old, stillOld, corrected, now) = (await AsOf(Start), await AsOf(seen.AddMilliseconds(-1)), await AsOf(seen), await AsOf(null));
        (old.IsKnown, corrected.IsKnown).ShouldBe((true, true));
        stillOld.Hours.ShouldBe(old.Hours);
        now.Hours.ShouldBe(corrected.Hours);
        Main(corrected).ShouldBe(Main(old) + TimeSpan.FromHours(1));

        // In the hour that was added later, what is known decides.
        var between = Main(old).AddMinutes(30);
        (await hours.AtAsync(between, Start, CancellationToken.None))[park].State.ShouldBe(ParkState.Closed);
        (await hours.AtAsync(between, CancellationToken.None))[park].State.ShouldBe(ParkState.Open);
        (await hours.AtAsync(between, Start.AddMilliseconds(-1), CancellationToken.None))[park].State.ShouldBe(ParkState.Unknown);

        static DateTimeOffset Main(PublishedDay day) => day.Entries.Single(e => e.Type == "OPERATING").ClosesAt!.Value;
    }

    [Fact]
    public async Task A_destination_that_fails_stops_no_other_and_is_seen()
    {
        await using var world = await WorldAsync();
        var failing = world.Destinations[0];
        world.Server.Faults.Add(new LiveFault(LiveFaultKind.Unavailable) { Destination = failing });
        var result = await world.Harness.SyncAsync();

        (result.Asked, result.Answered).ShouldBe((4, 3));
        result.Failed.ShouldBe(new Dictionary<UpstreamFailure, int> { [UpstreamFailure.ApiUnavailable] = 1 });
        result.IsWorthRetrying.ShouldBeTrue();
        world.Harness.Job.Lines.ShouldContain(l => l.Level == LogLevel.Warning && l.Text.Contains("API_UNAVAILABLE", StringComparison.Ordinal));
        (await DestinationsWithRowsAsync(world)).ShouldBe([world.Destinations[1]]);

        world.Server.Faults.Clear();
        (await world.Harness.SyncAsync()).FailedDocuments.ShouldBe(0);
        (await DestinationsWithRowsAsync(world)).ShouldBe(world.Destinations, ignoreOrder: true);
    }

    [Fact]
    public async Task One_broken_month_does_not_cost_the_others()
    {
        await using var world = await WorldAsync();
        world.Server.Faults.Add(new LiveFault(LiveFaultKind.HtmlBody) { Path = $"*{world.Destinations[0]}/schedule/2025/10" });
        var result = await world.Harness.SyncAsync();
        (result.Asked, result.Answered).ShouldBe((6, 5));
        result.Failed.ShouldBe(new Dictionary<UpstreamFailure, int> { [UpstreamFailure.InvalidData] = 1 });
        result.MissingParks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Told_to_wait_it_waits_and_nothing_is_lost()
    {
        await using var world = await WorldAsync(speed: 60, ("Attempts", "3"));
        world.Server.Faults.Add(new LiveFault(LiveFaultKind.TooManyRequests) { Destination = world.Destinations[0], Count = 1, RetryAfter = TimeSpan.FromSeconds(5) });
        var result = await world.Harness.SyncAsync();
        (result.Asked, result.Answered, result.FailedDocuments).ShouldBe((6, 6, 0));
        world.Server.Served.All.Count(a => a.Status == 429).ShouldBe(3);
    }

    [Fact]
    public async Task A_wait_longer_than_makes_sense_is_a_failure_of_its_own_kind()
    {
        await using var world = await WorldAsync();
        world.Server.Faults.Add(new LiveFault(LiveFaultKind.TooManyRequests) { Destination = world.Destinations[1], RetryAfter = TimeSpan.FromHours(1) });
        var result = await world.Harness.SyncAsync();
        (result.Answered, result.Failed[UpstreamFailure.RateLimited]).ShouldBe((3, 1));
        (await DestinationsWithRowsAsync(world)).ShouldBe([world.Destinations[0]]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task A_run_that_dies_anywhere_is_completed_by_the_next_to_the_same_rows(int write)
    {
        await using var world = await WorldAsync();
        world.Harness.Job.DiesAtWrite = write;
        await Should.ThrowAsync<RunSupersededException>(() => world.Harness.SyncAsync());
        var half = await world.Harness.DumpAsync();
        await world.Harness.SyncAsync();

        await using var whole = await WorldAsync();
        await whole.Harness.SyncAsync();
        var complete = await whole.Harness.DumpAsync();
        half.ShouldNotBe(complete);
        (await world.Harness.DumpAsync()).ShouldBe(complete);
    }

    [Fact]
    public async Task A_park_the_catalogue_lacks_is_reported_and_not_invented()
    {
        string? left = null;
        await using var world = await WorldAsync(know: id => (left ??= id) != id);
        var result = await world.Harness.SyncAsync();
        result.UnknownParks.ShouldBe([Guid.Parse(left!)]);
        (await world.Harness.QueryAsync<long>("SELECT COUNT(*) FROM parks WHERE uuid = @left", new { left })).ShouldBe([0L]);
        (await world.Harness.QueryAsync<long>("SELECT COUNT(DISTINCT park_id) FROM park_schedules")).ShouldBe([world.Parks - 1L]);
    }

    [Fact]
    public async Task A_park_that_upstream_does_not_list_is_reported()
    {
        await using var world = await WorldAsync();
        var park = await world.Harness.KnowAsync(world.Destinations[0], "99999999-0000-4000-8000-000000000001", "Europe/Berlin");
        (await world.Harness.SyncAsync()).MissingParks.ShouldBe([park]);
        (await world.Harness.Hours.AtAsync(Start, CancellationToken.None))[park].State.ShouldBe(ParkState.Unknown);
    }

    [Fact]
    public async Task A_destination_upstream_does_not_know_is_not_found_and_not_tried_again()
    {
        await using var world = await WorldAsync();
        await world.Harness.KnowAsync("99999999-0000-4000-8000-000000000002", "99999999-0000-4000-8000-000000000003", "Europe/Berlin");
        var result = await world.Harness.SyncAsync();
        (result.Answered, result.Failed[UpstreamFailure.NotFound], result.IsWorthRetrying).ShouldBe((6, 1, false));
    }

    // From noon to noon, until a day is corrected that was stored before.
    private static async Task<(int Park, DateOnly Date)?> CorrectedAsync(World world)
    {
        for (var day = 0; day < 40; day++)
        {
            world.Clock.Advance(TimeSpan.FromDays(1));
            await world.Harness.SyncAsync();
            var found = await world.Harness.QueryAsync<(int Park, DateOnly Date)>(
                """
                SELECT s.park_id, s.local_date
                FROM park_schedules AS s
                WHERE s.type = 'OPERATING'
                  AND s.purchases IS NULL
                GROUP BY s.park_id, s.local_date
                HAVING COUNT(DISTINCT s.closes_at) = 2
                """);
            if (found.Count > 0)
            {
                return found[0];
            }
        }

        return null;
    }

    private static async Task<IReadOnlyList<string>> DestinationsWithRowsAsync(World world) => await world.Harness.QueryAsync<string>(
        """
        SELECT DISTINCT CONCAT(d.uuid, '')
        FROM park_schedules AS s
        INNER JOIN parks AS p USING (park_id)
        INNER JOIN destinations AS d USING (destination_id)
        """);

    /// <summary>park, date and entry of everything in a document, as JSON says it.</summary>
    private static List<string> Entries(ReadOnlyMemory<byte> body) =>
    [
        .. from park in JsonElement.Parse(body.Span).GetProperty("parks").EnumerateArray()
           from entry in park.GetProperty("schedule").EnumerateArray()
           select Line(
               park.GetProperty("id").GetString()!,
               entry.GetProperty("date").GetString()!,
               entry.GetProperty("type").GetString()!,
               entry.TryGetProperty("description", out var description) ? description.GetString() : null,
               DateTimeOffset.Parse(entry.GetProperty("openingTime").GetString()!, CultureInfo.InvariantCulture).UtcDateTime,
               DateTimeOffset.Parse(entry.GetProperty("closingTime").GetString()!, CultureInfo.InvariantCulture).UtcDateTime,
               entry.TryGetProperty("purchases", out var purchases) ? purchases.GetRawText() : null),
    ];

    private static async Task<IReadOnlyList<string>> StoredAsync(ScheduleHarness harness) =>
    [
        .. (await harness.QueryAsync<(string Park, DateOnly Date, string Type, string? Description, DateTime Opens, DateTime Closes, string? Purchases)>(
            """
            SELECT CONCAT(p.uuid, ''), s.local_date, s.type, s.description, s.opens_at, s.closes_at, s.purchases
            FROM park_schedules AS s
            INNER JOIN parks AS p USING (park_id)
            """)).Select(r => Line(r.Park, r.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), r.Type, r.Description, r.Opens, r.Closes, r.Purchases)).Order(StringComparer.Ordinal),
    ];

    private static string Line(string park, string date, string type, string? description, DateTime opens, DateTime closes, string? purchases) =>
        string.Create(CultureInfo.InvariantCulture, $"{park} {date} {type} {description} {opens:s} {closes:s} {purchases}");

    private static async Task<World> WorldAsync(double speed = 0, params (string, string)[] settings) => await WorldAsync(null, speed, settings);

    private static async Task<World> WorldAsync(Func<string, bool>? know, double speed = 0, params (string, string)[] settings)
    {
        var clock = new SimClock(Start, speed);
        var server = await LiveServer.StartAsync(new LiveServerOptions { World = new LiveWorldOptions { Destinations = 2, RidesPerPark = 2 }, Clock = clock, KeepServed = 100 });
        var harness = await ScheduleHarness.StartAsync(server.BaseAddress.ToString(), clock, [("RequestsPerMinute", "100000"), .. settings]);
        await harness.KnowAsync(server.BaseAddress, know);
        var destinations = await harness.QueryAsync<string>("SELECT CONCAT(uuid, '') FROM destinations ORDER BY destination_id");
        var parks = (await harness.QueryAsync<int>("SELECT park_id FROM parks")).Count + (know is null ? 0 : 1);
        return new World(clock, server, harness, destinations, parks);
    }

    private sealed record World(SimClock Clock, LiveServer Server, ScheduleHarness Harness, IReadOnlyList<string> Destinations, int Parks) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Harness.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
