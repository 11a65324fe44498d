using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Features;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Features;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Quality;

/// <summary>
/// Five days of polls every quarter of an hour against the simulated upstream: three good ones, of which nothing is reported, and two on which
/// everything happens. Each fault must be found, each once.
/// </summary>
public sealed class LiveDetectorsTests : IClassFixture<LiveDetectorsTests.Week>
{
    private readonly Week _week;

    public LiveDetectorsTests(Week week) => _week = week;

    [Fact]
    public void The_first_poll_counts_as_soon_as_it_is_there()
    {
        _week.AfterFirstPoll.GetProperty("collection_uptime_percent").GetDouble().ShouldBe(100.0);
        _week.AfterFirstPoll.GetProperty("data_freshness_minutes").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void Nothing_is_wrong_with_three_good_days() => _week.AfterGoodDays.ShouldBeEmpty();

    [Fact]
    public void Polls_that_failed_or_never_took_place_are_gaps_of_every_park_with_their_reason()
    {
        var gaps = Found("live_gap");
        var parks = _week.ParksOf(_week.First).Concat(_week.ParksOf(_week.Second)).ToList();
        Spans(gaps.Where(g => g.Gap == "COLLECTION_FAILURE")).ShouldBe(parks.Select(p => (p, Week.At(3, 3, 0), (DateTime?)Week.At(3, 4, 0))), ignoreOrder: true);
        Spans(gaps.Where(g => g.Gap == "API_UNAVAILABLE")).ShouldBe(_week.ParksOf(_week.First).Select(p => (p, Week.At(3, 6, 0), (DateTime?)Week.At(3, 6, 45))), ignoreOrder: true);
        gaps.Count.ShouldBe(parks.Count + _week.ParksOf(_week.First).Count);
        gaps.ShouldAllBe(g => g.Type == "GAP" && g.Severity == "WARNING" && g.Source == 1);
    }

    [Fact]
    public void A_feed_that_stands_still_is_one_issue_per_park_and_not_one_per_ride()
    {
        var frozen = Found("frozen");
        frozen.Select(f => f.Park).ShouldBe(_week.ParksOf(_week.Second).Cast<int?>(), ignoreOrder: true);
        frozen.ShouldAllBe(f => f.Ride == null && f.Records >= 3);
    }

    [Fact]
    public void Rides_that_run_through_the_night_ran_outside_the_published_hours() =>
        Found("outside_hours").Select(f => f.Park).Distinct().ShouldBe(_week.ParksOf(_week.Second).Cast<int?>(), ignoreOrder: true);

    [Fact]
    public void Rides_that_upstream_leaves_out_are_gaps_of_theirs_although_the_park_is_polled()
    {
        var gaps = Found("ride_gap").Where(g => g.Ride is not null).ToList();
        gaps.Select(g => (g.Start!.Value, g.End)).Distinct().ShouldHaveSingleItem().ShouldBe((Week.At(4, 1, 45), Week.At(4, 5, 0)));
        gaps.Count.ShouldBe(2);
        gaps.ShouldAllBe(g => g.Gap == "INVALID_DATA");
    }

    [Fact]
    public void A_park_of_which_nothing_comes_is_stale_while_its_destination_is_polled_well()
    {
        var stale = Found("stale_park");
        stale.Select(s => s.Park).ShouldBe(_week.ParksOf(_week.Second).Cast<int?>(), ignoreOrder: true);
        stale.ShouldAllBe(s => s.Start == Week.At(4, 22, 45) && s.End == null);
    }

    [Fact]
    public void A_day_that_brought_far_fewer_rows_than_usual_is_thin()
    {
        var thin = Found("thin_day").ShouldHaveSingleItem();
        _week.ParksOf(_week.First).ShouldContain(thin.Park!.Value);
        thin.Start.ShouldBe(Week.At(3, 0, 0));
        // The same rides were left out together: one gap of the park's.
        Found("ride_gap").Where(g => g.Ride is null).ShouldHaveSingleItem().Park.ShouldBe(thin.Park);
    }

    [Fact]
    public void Rows_that_cannot_be_stored_and_rows_that_come_twice_are_reported_by_reason()
    {
        var rows = Found("quarantine");
        rows.Count(r => r.Type == "INVALID").ShouldBeGreaterThan(0);
        rows.Where(r => r.Type == "DUPLICATE").ShouldHaveSingleItem().Records.ShouldBeGreaterThan(0);
        rows.Where(r => r.Type == "INVALID").ShouldAllBe(r => r.Sample != null);
    }

    [Fact]
    public void A_word_nobody_knows_is_reported_of_its_ride() => Found("odd_value").ShouldContain(o => o.Ride != null && o.Cause.EndsWith("|word", StringComparison.Ordinal));

    [Fact]
    public void A_ride_that_comes_with_another_park_keeps_its_own_and_is_reported()
    {
        var wrong = Found("wrong_park");
        wrong.ShouldNotBeEmpty();
        wrong.ShouldAllBe(w => w.Park != null && w.Description.Contains("kept with their own", StringComparison.Ordinal));
    }

    [Fact]
    public void No_detector_speaks_that_was_not_meant_to() =>
        _week.Issues.Select(i => i.Detector).Distinct().ShouldBe(
            ["live_gap", "frozen", "outside_hours", "ride_gap", "stale_park", "thin_day", "quarantine", "odd_value", "wrong_park"], ignoreOrder: true);

    [Fact]
    public async Task The_same_check_again_changes_nothing_and_each_issue_is_still_one()
    {
        var again = await _week.CheckAsync(Depth.Daily);

        (again.Opened, again.Reopened, again.Closed, again.Issues).ShouldBe((0, 0, 0, _week.Issues.Count));
    }

    [Fact]
    public async Task The_gaps_are_listed_with_their_hours_and_the_summary_says_why_the_warehouse_is_not_healthy()
    {
        var gaps = await _week.GetAsync("/api/admin/quality/gaps?min_gap_hours=0.5&limit=500");
        var listed = gaps.GetProperty("gaps").EnumerateArray().ToList();
        listed.ShouldContain(g => g.GetProperty("gap_type").GetString() == "API_UNAVAILABLE" && g.GetProperty("duration_hours").GetDouble() == 0.75 && g.GetProperty("park_name").GetString() != null);
        listed.ShouldContain(g => g.GetProperty("end_time").ValueKind == JsonValueKind.Null && g.GetProperty("duration_hours").GetDouble() > 0.5);
        gaps.GetProperty("summary").GetProperty("total_gaps").GetInt32().ShouldBe(listed.Count);
        gaps.GetProperty("summary").GetProperty("gaps_by_source").GetProperty("LIVE").GetInt32().ShouldBe(listed.Count);
        (await _week.GetAsync("/api/admin/quality/gaps?min_gap_hours=1000")).GetProperty("summary").GetProperty("total_gaps").GetInt32().ShouldBe(0);
        var park = _week.ParksOf(_week.First)[0];
        (await _week.GetAsync($"/api/admin/quality/gaps?park_id={park}&min_gap_hours=0")).GetProperty("gaps").EnumerateArray().ShouldAllBe(g => g.GetProperty("park_id").GetInt32() == park);

        var summary = (await _week.GetAsync("/api/admin/quality/summary?period=last_7d")).GetProperty("summary");
        summary.GetProperty("overall_health").GetString().ShouldBe("DEGRADED", summary.ToString());
        summary.GetProperty("collection_uptime_percent").GetDouble().ShouldBeInRange(98, 99);
        summary.GetProperty("reasons").GetArrayLength().ShouldBeGreaterThan(0);
        summary.GetProperty("issues_open").GetInt32().ShouldBe(_week.Issues.Count);
    }

    private List<Week.Issue> Found(string detector) => [.. _week.Issues.Where(i => i.Detector == detector)];

    private static List<(int, DateTime, DateTime?)> Spans(IEnumerable<Week.Issue> issues) => [.. issues.Select(i => (i.Park!.Value, i.Start!.Value, i.End))];

    public sealed class Week : IAsyncLifetime
    {
        private const int Minutes = 15;
        private static readonly DateTimeOffset Start = new(2026, 3, 16, 0, 2, 0, TimeSpan.Zero);

        private readonly SimClock _clock = new(Start, speed: 0);
        private LiveServer _upstream = null!;
        private TestDatabase _database = null!;
        private TestApp _app = null!;
        private List<(int Park, int Destination)> _parks = [];

        internal int First { get; private set; }

        internal int Second { get; private set; }

        internal JsonElement AfterFirstPoll { get; private set; }

        internal IReadOnlyList<Issue> AfterGoodDays { get; private set; } = [];

        internal IReadOnlyList<Issue> Issues { get; private set; } = [];

        public async Task InitializeAsync()
        {
            _upstream = await LiveServer.StartAsync(
                new LiveServerOptions
                {
                    World = new LiveWorldOptions { Destinations = 2, Parks = 4, RidesPerPark = 8, FirstDay = DateOnly.FromDateTime(Start.UtcDateTime).AddDays(-10), Days = 40 },
                    Clock = _clock,
                    KeepServed = 0,
                },
                CancellationToken.None);
            _database = await TestDatabase.CreateAsync();
            _app = await TestApp.StartAsync(
                _database,
                builder => builder.Services.AddSingleton(_clock.WithRealTimers()),
                ("Upstream:BaseAddress", _upstream.BaseAddress.ToString()),
                ("Upstream:Attempts", "1"),
                ("Upstream:LongestWait", "00:00:00"),
                ("Upstream:RequestsPerMinute", "1000000"),
                ("Collection:IntervalMinutes", Minutes.ToString(CultureInfo.InvariantCulture)));
            await PollAsync();
            AfterFirstPoll = (await GetAsync("/api/admin/quality/summary")).GetProperty("summary");
            await SyncSchedulesAsync();
            var destinations = (await QueryAsync<(int Id, Guid Uuid)>("SELECT destination_id, uuid FROM destinations ORDER BY destination_id")).ToList();
            (First, Second) = (destinations[0].Id, destinations[1].Id);
            _parks = [.. await QueryAsync<(int, int)>("SELECT park_id, destination_id FROM parks ORDER BY park_id")];

            await PollUntilAsync(3);
            AfterGoodDays = await CheckedAsync();

            Break(destinations[0].Uuid, destinations[1].Uuid);
            await PollUntilAsync(5);
            Issues = await CheckedAsync();
        }

        internal IReadOnlyList<int> ParksOf(int destination) => [.. _parks.Where(p => p.Destination == destination).Select(p => p.Park)];

        internal static DateTime At(int day, int hour, int minute) => Start.UtcDateTime.Date.AddDays(day).AddHours(hour).AddMinutes(minute);

        internal async Task<RunCheck.Result> CheckAsync(Depth depth)
        {
            var outcome = await _app.Services.SendAsync(new RunCheck.Command(null, depth));
            outcome.Value.FailedChecks.ShouldBeEmpty();
            return outcome.Value;
        }

        internal async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _app.Admin.GetStringAsync(new Uri(path, UriKind.Relative)));

        public async Task DisposeAsync()
        {
            await _app.DisposeAsync();
            await _upstream.DisposeAsync();
            await _database.DisposeAsync();
        }

        // Times are UTC; the first destination is in New York, the second in Tokyo, where it is day when it is night there.
        private void Break(Guid first, Guid second)
        {
            Add(LiveFaultKind.Unavailable, first, At(3, 6, 0), At(3, 6, 45));
            // Most of a park for the second half of a day: thin, and one gap of the park's.
            Add(LiveFaultKind.MissingRows, first, At(3, 8, 0), At(4, 0, 0), rows: 7);
            // From the afternoon in Tokyo to the next morning.
            Add(LiveFaultKind.Frozen, second, At(3, 6, 0), At(3, 23, 0));
            Add(LiveFaultKind.MissingRows, first, At(4, 2, 0), At(4, 5, 0), rows: 2);
            Add(LiveFaultKind.DuplicateRows, first, At(4, 10, 0), At(4, 11, 0));
            Add(LiveFaultKind.TextRow, first, At(4, 12, 0), At(4, 12, 30));
            Add(LiveFaultKind.UnknownStatus, first, At(4, 15, 0), At(4, 16, 0));
            Add(LiveFaultKind.WrongPark, first, At(4, 23, 30), At(5, 0, 30));
            Add(LiveFaultKind.EmptyLiveData, second, At(4, 23, 0), At(5, 1, 0));
        }

        private void Add(LiveFaultKind kind, Guid destination, DateTime from, DateTime until, int rows = 1) => _upstream.Faults.Add(new LiveFault(kind)
        {
            Path = "*/live*",
            Destination = destination.ToString(),
            From = new DateTimeOffset(from, TimeSpan.Zero),
            Until = new DateTimeOffset(until, TimeSpan.Zero),
            Rows = rows,
        });

        private async Task PollUntilAsync(int day)
        {
            while (_clock.GetUtcNow() < Start.AddDays(day))
            {
                _clock.Advance(TimeSpan.FromMinutes(Minutes));
                // An hour in which nobody of ours was there.
                if (_clock.GetUtcNow().UtcDateTime is var now && (now < At(3, 3, 0) || now >= At(3, 4, 0)))
                {
                    await PollAsync();
                }
            }
        }

        private async Task PollAsync()
        {
            await using var scope = _app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<LiveCollector>().CollectAsync(null, CancellationToken.None);
        }

        private async Task SyncSchedulesAsync()
        {
            var jobs = _app.Services.GetRequiredService<IJobs>();
            var id = await jobs.EnqueueAsync(new SyncSchedules.Command(), null, null, CancellationToken.None);
            for (var patience = 0; patience < 600; patience++)
            {
                var job = await jobs.GetAsync(id, CancellationToken.None);
                if (job!.State == JobState.Succeeded)
                {
                    return;
                }

                job.State.ShouldNotBe(JobState.Failed, job.ToString());
                await Task.Delay(50);
            }

            throw new TimeoutException("The schedules were not synchronised.");
        }

        private async Task<IReadOnlyList<Issue>> CheckedAsync()
        {
            await CheckAsync(Depth.Whole);
            return await QueryAsync<Issue>(
                """
                SELECT
                    detector AS Detector, cause AS Cause, issue_type AS Type, severity AS Severity, gap_type AS Gap, data_source AS Source, park_id AS Park,
                    ride_id AS Ride, description AS Description, sample AS Sample, timestamp_start AS Start, timestamp_end AS End, records_affected AS Records
                FROM data_quality_log
                WHERE is_present
                ORDER BY log_id
                """);
        }

        private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
        {
            await using var connection = await _database.Database.OpenAsync(CancellationToken.None);
            return (await connection.QueryAsync<T>(sql, parameters)).AsList();
        }

        internal sealed class Issue
        {
            public string Detector { get; init; } = "";
            public string Cause { get; init; } = "";
            public string Type { get; init; } = "";
            public string Severity { get; init; } = "";
            public string? Gap { get; init; }
            public int? Source { get; init; }
            public int? Park { get; init; }
            public int? Ride { get; init; }
            public string Description { get; init; } = "";
            public string? Sample { get; init; }
            public DateTime? Start { get; init; }
            public DateTime? End { get; init; }
            public long Records { get; init; }

            public override string ToString() => $"{Detector} {Cause}: {Description}";
        }
    }
}
