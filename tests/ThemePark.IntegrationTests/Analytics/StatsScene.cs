using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Extensions;
using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Simulator;
using ThemePark.Testing;
using RideStatus = ThemePark.Modules.Collection.Contracts.RideStatus;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>
/// A database with rollups as the engine would write them, and the host over it on a clock that stands still. Durations are hours (of a day) or
/// minutes (of an hour). The host remembers the live view for a minute of its clock: put everything in before <see cref="GetAsync"/> is first used.
/// </summary>
internal sealed class StatsScene : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private readonly SimClock _clock;
    private readonly Dictionary<int, (int Destination, DateTimeZone Zone)> _parks = [];
    private readonly Dictionary<int, (int Park, int? Tier, bool Counted)> _rides = [];
    private TestApp? _app;

    private StatsScene(TestDatabase test, DateTimeOffset now) => (_test, _clock) = (test, new SimClock(now, speed: 0));

    public DateTimeOffset Now => _clock.GetUtcNow();

    public TestDatabase Test => _test;

    /// <summary>Wednesday 2026-07-15 in New York, 14:30 there, where no other is given.</summary>
    public static async Task<StatsScene> CreateAsync(DateTimeOffset? now = null) =>
        new(await TestDatabase.CreateAsync(), now ?? new DateTimeOffset(2026, 7, 15, 18, 30, 0, TimeSpan.Zero));

    public async Task<TestApp> AppAsync() =>
        _app ??= await TestApp.StartAsync(_test, builder => builder.Services.AddSingleton(_clock.WithRealTimers()));

    public void Advance(TimeSpan by) => _clock.Advance(by);

    /// <summary>The body of an answer of that status.</summary>
    public async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await (await AppAsync()).Anonymous.GetAsync(new Uri(path, UriKind.Relative));
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    public Task<int> DestinationAsync(string name) => InsertAsync("destinations", new { uuid = Guid.NewGuid().ToString(), name });

    public async Task<int> ParkAsync(string name, string zone = "America/New_York", int? destination = null)
    {
        var destinationId = destination ?? await DestinationAsync($"{name} Resort");
        var park = await InsertAsync("parks", new { destination_id = destinationId, uuid = Guid.NewGuid().ToString(), name, timezone = zone });
        _parks[park] = (destinationId, DateTimeZoneProviders.Tzdb[zone]);
        return park;
    }

    public async Task<int> RideAsync(int park, string name, int? tier = null, EntityKind kind = EntityKind.Attraction)
    {
        var ride = await InsertAsync(
            "rides", new { park_id = park, uuid = Guid.NewGuid().ToString(), name, entity_type = kind.ToString().ToUpperInvariant(), created_from = "TEST", tier });
        _rides[ride] = (park, tier, kind is EntityKind.Attraction or EntityKind.Unknown);
        return ride;
    }

    /// <summary>A day of a ride, in hours. What is not said is CLOSED; <paramref name="open"/> is the park's, by default as long as the ride ran or was down.</summary>
    /// <param name="open">Negative: unknown.</param>
    /// <param name="wait">Average over the operating time.</param>
    public Task RideDayAsync(
        int ride, DateOnly date, double operating = 10, double down = 0, double refurbishment = 0, double unknown = 0, double? open = null,
        int? wait = null, int? peak = null, int? events = null, int snapshots = 100)
    {
        var (park, _, counted) = _rides[ride];
        var openSeconds = open < 0 ? null : Seconds(open ?? operating + down);
        var ran = operating > 0 && openSeconds > 0;
        int? operated = openSeconds is null ? null : ran ? 1 : 0;
        var waitSeconds = wait is null ? 0 : Seconds(operating);
        return InsertAsync("ride_daily_stats", new
        {
            stat_date = date, ride_id = ride, park_id = park, counted,
            operating_s = Seconds(operating), down_s = Seconds(down), refurbishment_s = Seconds(refurbishment), unknown_s = Seconds(unknown),
            closed_s = Seconds(24 - operating - down - refurbishment - unknown),
            open_s = openSeconds, open_known_s = openSeconds - (openSeconds > 0 ? Seconds(unknown) : 0), uptime_s = openSeconds is null ? null : Seconds(operating),
            downtime_s = ran ? Seconds(down) : null, operated,
            downtime_events = ran ? events ?? (down > 0 ? 1 : 0) : (int?)null, longest_downtime_s = ran ? Seconds(down) : null, status_changes = 2,
            wait_s = waitSeconds, wait_sum = waitSeconds * (wait ?? 0), wait_min = wait, wait_max = peak ?? wait,
            wait_p50 = wait, wait_p90 = peak ?? wait, wait_p95 = peak ?? wait, snapshots,
        });
    }

    /// <summary>An hour of a ride, in minutes; what is not said is CLOSED.</summary>
    /// <param name="hour">Local, of the date.</param>
    /// <param name="operated">Whether the ride operated on that day: without it there is no downtime.</param>
    public Task RideHourAsync(
        int ride, DateOnly date, int hour, int operating = 60, int down = 0, int open = 60, int? wait = null, int? peak = null, bool operated = true, int snapshots = 12)
    {
        var waitSeconds = wait is null ? 0 : operating * 60;
        return InsertAsync("ride_hourly_stats", new
        {
            ride_id = ride, stat_date = date, hour_start = HourStart(_rides[ride].Park, date, hour), local_hour = hour,
            operating_s = operating * 60, down_s = down * 60, closed_s = 3600 - ((operating + down) * 60), refurbishment_s = 0, unknown_s = 0,
            open_s = open * 60, open_known_s = open * 60, uptime_s = operating * 60, downtime_s = operated ? down * 60 : (int?)null,
            wait_s = waitSeconds, wait_sum = waitSeconds * (wait ?? 0), wait_max = peak ?? wait,
            // One value for the whole time: LEB128 of the wait (below 128) and of the seconds.
            waits = wait is null ? [] : new[] { (byte)wait.Value, (byte)((waitSeconds & 0x7F) | 0x80), (byte)(waitSeconds >> 7) }, snapshots,
        });
    }

    /// <summary>Local times of the date; past midnight with hours above 24.</summary>
    public Task DowntimeAsync(int ride, DateOnly date, double fromHour, double toHour)
    {
        var midnight = HourStart(_rides[ride].Park, date, 0);
        return InsertAsync("ride_downtimes", new { ride_id = ride, stat_date = date, started_at = midnight.AddHours(fromHour), ended_at = midnight.AddHours(toHour) });
    }

    /// <summary>The park's day from the days of its counted rides, as docs/metrics.md sums them; open from 9:00 local.</summary>
    /// <param name="open">Hours; negative: unknown.</param>
    public async Task ParkDayAsync(int park, DateOnly date, double open = 10)
    {
        var start = HourStart(park, date, 0);
        var openSeconds = open < 0 ? null : Seconds(open);
        var first = openSeconds > 0 ? start.AddHours(9) : (DateTime?)null;
        await ExecuteAsync(SumDay, new
        {
            park, date, start, end = HourStart(park, date.AddDays(1), 0), open = openSeconds, first, last = first?.AddSeconds(openSeconds ?? 0),
            source = open < 0 ? "UNKNOWN" : "PUBLISHED",
        });
    }

    /// <summary>The park's hour from the hours of its counted rides.</summary>
    public Task ParkHourAsync(int park, DateOnly date, int hour, int open = 60) =>
        ExecuteAsync(SumHour, new { park, date, hour, start = HourStart(park, date, hour), open = open * 60 });

    /// <summary>What the last poll said of a ride.</summary>
    public Task LiveAsync(int ride, RideStatus status, int? wait = null, DateTimeOffset? seen = null)
    {
        var at = (seen ?? Now).UtcDateTime;
        return InsertAsync("live_entities", new
        {
            entity_uuid = Guid.NewGuid().ToString(), destination_id = _parks[_rides[ride].Park].Destination, park_id = _rides[ride].Park, ride_id = ride,
            entity_type = "ATTRACTION", status = status == RideStatus.None ? (int?)null : (int)status, wait_minutes = wait, flags = 0,
            state_hash = new byte[8], shows_hash = new byte[8], part_hashes = "{}", last_seen_at = at, changed_at = at,
        });
    }

    /// <summary>A good poll of the park's destination.</summary>
    public Task PollAsync(int park, DateTimeOffset? slot = null)
    {
        var at = (slot ?? Now).UtcDateTime;
        return InsertAsync("collection_runs", new { destination_id = _parks[park].Destination, slot = at, outcome = "OK", asked_at = at, answered_at = at });
    }

    /// <summary>OPERATING hours, local.</summary>
    public async Task PublishedAsync(int park, DateOnly date, int fromHour, int toHour)
    {
        var observed = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await InsertAsync("park_schedule_versions", new { park_id = park, local_date = date, observed_at = observed, entries = 1, simulated = 0, sha256 = new byte[32] });
        var midnight = HourStart(park, date, 0);
        await InsertAsync("park_schedules", new
        {
            park_id = park, local_date = date, observed_at = observed, position = 0, type = "OPERATING", opens_at = midnight.AddHours(fromHour),
            closes_at = midnight.AddHours(toHour), flags = 0,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _test.DisposeAsync();
    }

    private DateTime HourStart(int park, DateOnly date, int hour) =>
        _parks[park].Zone.AtLeniently(date.ToLocalDate().AtMidnight().PlusHours(hour)).ToDateTimeUtc();

    private static int? Seconds(double? hours) => hours is { } h ? (int)Math.Round(h * 3600) : null;

    private async Task<int> InsertAsync(string table, object row)
    {
        var columns = row.GetType().GetProperties().Select(p => p.Name).ToList();
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<int>(
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(c => "@" + c))}); SELECT LAST_INSERT_ID()", row);
    }

    private async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    private const string Weight = "CASE r.tier WHEN 1 THEN 3 WHEN 3 THEN 1 ELSE 2 END";

    private const string SumDay =
        $"""
        INSERT INTO park_daily_stats
        SELECT @date, @park, @start, @end, TIMESTAMPDIFF(SECOND, @start, @end), @open, @first, @last, @source,
            COUNT(CASE WHEN d.unknown_s < 86400 THEN 1 END), COALESCE(SUM(d.operated), 0), COUNT(CASE WHEN d.downtime_s > 0 THEN 1 END),
            COALESCE(SUM(CASE WHEN d.operated THEN d.uptime_s END), 0), COALESCE(SUM(d.downtime_s), 0), COALESCE(SUM({Weight} * d.downtime_s), 0),
            COALESCE(SUM(CASE WHEN d.operated THEN {Weight} * d.open_known_s END), 0), COALESCE(SUM(CASE WHEN d.operated THEN {Weight} END), 0),
            COALESCE(SUM(d.wait_s), 0), COALESCE(SUM(d.wait_sum), 0), MAX(d.wait_max), COUNT(CASE WHEN d.wait_s > 0 THEN 1 END), COALESCE(SUM(d.snapshots), 0)
        FROM ride_daily_stats AS d INNER JOIN rides AS r ON r.ride_id = d.ride_id
        WHERE d.stat_date = @date AND d.park_id = @park AND d.counted
        """;

    private const string SumHour =
        $"""
        INSERT INTO park_hourly_stats
        SELECT @park, @date, @start, @hour, @open, COUNT(CASE WHEN h.uptime_s > 0 THEN 1 END), COUNT(CASE WHEN h.downtime_s > 0 THEN 1 END),
            COALESCE(SUM(CASE WHEN h.downtime_s IS NOT NULL THEN h.uptime_s END), 0), COALESCE(SUM(h.downtime_s), 0), COALESCE(SUM({Weight} * h.downtime_s), 0),
            COALESCE(SUM(CASE WHEN h.downtime_s IS NOT NULL THEN {Weight} * h.open_known_s END), 0),
            COALESCE(SUM(h.wait_s), 0), COALESCE(SUM(h.wait_sum), 0), MAX(h.wait_max)
        FROM ride_hourly_stats AS h INNER JOIN rides AS r ON r.ride_id = h.ride_id
        WHERE r.park_id = @park AND h.stat_date = @date AND h.hour_start = @start AND r.entity_type IN ('ATTRACTION', 'UNKNOWN')
        """;
}
