using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Import;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Core;

/// <summary>
/// What <c>/metrics</c> says of a host that has imported four good files and a broken one, polled twice, once in vain, and measured its storage. The meters are this
/// host's own, so numbers are exact whatever runs beside it.
/// </summary>
public sealed partial class MetricsTests(MetricsTests.BusyHost host) : IClassFixture<MetricsTests.BusyHost>
{
    private ScrapedMetrics Read => host.Metrics;

    [Fact]
    public async Task It_needs_an_admin_key()
    {
        (await host.App.Anonymous.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var stranger = host.App.WithKey("a-key-nobody-knows-0123");
        (await stranger.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void Imports_count_their_files_by_outcome_and_every_event_by_what_became_of_it()
    {
        Read["themepark_import_files_total{outcome=\"IMPORTED\",reason=\"\"}"].ShouldBe(4);
        Read["themepark_import_files_total{outcome=\"FAILED\",reason=\"UNKNOWN_FORMAT\"}"].ShouldBe(1);
        Read["themepark_import_events_total{outcome=\"IMPORTED\"}"].ShouldBe(SmallArchive.Entities.Sum(SmallArchive.Events));
        Read.Sum("themepark_import_events_total").ShouldBe(SmallArchive.Entities.Sum(SmallArchive.Events));
    }

    [Fact]
    public void Imports_that_are_not_over_are_counted_and_so_is_the_share_of_entities_they_have_matched()
    {
        Read["themepark_imports{status=\"IN_PROGRESS\"}"].ShouldBe(1);
        Read["themepark_imports{status=\"PAUSED\"}"].ShouldBe(0);
        Read["themepark_import_match_ratio"].ShouldBe(1 - (1.0 / SmallArchive.Entities.Count));
    }

    [Fact]
    public void Polls_are_counted_by_outcome_and_reason_with_their_rows_and_the_time_they_took()
    {
        Read["themepark_polls_total{error=\"\",outcome=\"OK\"}"].ShouldBe(1);
        Read["themepark_polls_total{error=\"API_UNAVAILABLE\",outcome=\"FAILED\"}"].ShouldBe(1);
        Read["themepark_poll_duration_seconds_count"].ShouldBe(2);
        Read["themepark_poll_duration_seconds_sum"]!.Value.ShouldBeGreaterThan(0);
        Read["themepark_poll_rows_total"].ShouldBe(host.Poll.Rows);
        Read["themepark_poll_snapshots_total"].ShouldBe(host.Poll.Snapshots);
        host.Poll.Snapshots.ShouldBeGreaterThan(0);
        Read.Sum("themepark_poll_refused_total").ShouldBe(host.Poll.Refused);
    }

    [Fact]
    public void Live_data_have_an_age_and_parks_a_freshness()
    {
        Read["themepark_live_data_age_seconds"].ShouldBe(5 * 60);
        Read["themepark_parks{freshness=\"FRESH\"}"].ShouldBe(host.LiveParks);
        host.LiveParks.ShouldBeGreaterThan(0);
        Read["themepark_parks{freshness=\"UNKNOWN\"}"].ShouldBe(1, "the archive's");
        Read["themepark_parks{freshness=\"STALE\"}"].ShouldBe(0);
    }

    [Fact]
    public void Jobs_are_counted_by_state_and_their_runs_by_outcome_with_delay_and_duration()
    {
        Read["themepark_jobs{state=\"FAILED\"}"].ShouldBe(1);
        Read["themepark_jobs{state=\"RUNNING\"}"].ShouldNotBeNull();
        Read["themepark_job_runs_total{command=\"collection.collect.v1\",outcome=\"FAILED\"}"].ShouldBe(1);
        Read["themepark_job_runs_total{command=\"collection.collect.v1\",outcome=\"SUCCEEDED\"}"].ShouldBe(1);
        Read["themepark_job_runs_total{command=\"import.run.v1\",outcome=\"SUCCEEDED\"}"].ShouldBe(1);
        Read["themepark_job_run_duration_seconds_count{command=\"collection.collect.v1\"}"].ShouldBe(2);
        Read["themepark_job_run_duration_seconds_sum{command=\"import.run.v1\"}"]!.Value.ShouldBeGreaterThan(0);
        Read["themepark_job_start_delay_seconds_count{queue=\"imports\"}"].ShouldBe(1);
        Read["themepark_job_start_delay_seconds_count{queue=\"collection\"}"].ShouldBe(2);
        Read["themepark_job_runs_active"].ShouldNotBeNull();
    }

    [Fact]
    public void Figures_lag_behind_the_rows_of_the_poll()
    {
        Read["themepark_rollup_days_waiting"].ShouldBe(host.LiveParks);
        Read["themepark_rollup_lag_seconds"].ShouldBe(3 * 60);
    }

    [Fact]
    public void Storage_is_as_it_was_measured_last_and_issues_are_counted_by_severity()
    {
        Read["themepark_storage_bytes"]!.Value.ShouldBeGreaterThan(100_000);
        Read["themepark_storage_measured_timestamp_seconds"].ShouldBe((BusyHost.Noon.UtcDateTime - DateTime.UnixEpoch).TotalSeconds);
        Read.Sum("themepark_quality_open_issues").ShouldBe(host.OpenIssues);
        host.OpenIssues.ShouldBeGreaterThan(0, "the broken file is one");
        Read["themepark_quality_open_issues{severity=\"CRITICAL\"}"].ShouldNotBeNull();
    }

    [Fact]
    public void The_pool_and_the_requests_are_seen()
    {
        Read["themepark_mysql_pool_connections{state=\"idle\"}"].ShouldNotBeNull();
        Read["themepark_mysql_pool_connections{state=\"in_use\"}"].ShouldNotBeNull();
        Read["themepark_mysql_pool_size"].ShouldBe(40);
        Read["themepark_mysql_pool_timeouts_total"].ShouldBe(0);
        Read["http_server_request_duration_seconds_count{http_request_method=\"POST\",http_response_status_code=\"201\",http_route=\"/api/admin/import/start\"}"].ShouldBe(1);
    }

    [Fact]
    public void Every_source_answered()
    {
        Read.Sum("themepark_scrape_errors_total").ShouldBe(0);
        Read["themepark_scrape_errors_total{source=\"jobs\"}"].ShouldBe(0);
        Read["themepark_metrics_dropped_total"].ShouldBe(0);
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_leaves_its_gauges_out_and_nothing_else()
    {
        var services = host.App.Services;
        // Without the readings kept of before.
        var scrape = new MetricScrape(services.GetRequiredService<MeterCollector>(), services.GetServices<IMetricSource>(), TimeProvider.System, NullLogger<MetricScrape>.Instance);
        await host.ExecuteAsync("RENAME TABLE storage_measurements TO storage_measurements_away");
        try
        {
            var read = ScrapedMetrics.Parse(await scrape.TextAsync(CancellationToken.None));

            read["themepark_storage_bytes"].ShouldBeNull();
            read["themepark_scrape_errors_total{source=\"storage\"}"].ShouldBe(1);
            read.Sum("themepark_scrape_errors_total").ShouldBe(1);
            read["themepark_live_data_age_seconds"].ShouldNotBeNull();
        }
        finally
        {
            await host.ExecuteAsync("RENAME TABLE storage_measurements_away TO storage_measurements");
        }
    }

    [Fact]
    public void Every_metric_is_explained_to_operators()
    {
        var operations = Checkout.Read("docs", "operations.md");

        Read.Types.Keys.Where(name => !operations.Contains($"`{name}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_dashboard_asks_for_metrics_and_labels_that_are_there()
    {
        using var dashboard = JsonDocument.Parse(Checkout.Read("docs", "operations", "grafana-themepark.json"));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(p => p.TryGetProperty("targets", out var targets) ? targets.EnumerateArray().Select(t => t.GetProperty("expr").GetString()!) : [])
            .ToList();
        expressions.Count.ShouldBeGreaterThan(20);

        var asked = expressions.Select(e => (Expression: e, Metrics: MetricsOf(e).ToList())).ToList();
        asked.ShouldAllBe(a => a.Metrics.Count > 0);
        asked.SelectMany(a => a.Metrics.Where(m => !Read.Labels.ContainsKey(m)).Select(m => $"{m} in {a.Expression}")).ShouldBeEmpty();
        asked.SelectMany(a => LabelsOf(a.Expression).Where(l => !a.Metrics.Any(m => Read.Labels[m].Contains(l))).Select(l => $"{l} in {a.Expression}")).ShouldBeEmpty();
        // And shows all we count ourselves.
        var shown = asked.SelectMany(a => a.Metrics).Select(m => HistogramPart().Replace(m, "")).ToHashSet();
        Read.Types.Keys.Where(n => n.StartsWith("themepark_", StringComparison.Ordinal) && !shown.Contains(n)).ShouldBeEmpty();
    }

    // What is left of an expression without labels, ranges, groupings, functions and operators.
    private static IEnumerable<string> MetricsOf(string expression) =>
        Word().Matches(Function().Replace(Grouping().Replace(Braces().Replace(Text().Replace(expression, ""), " "), " "), "("))
            .Select(m => m.Value).Where(w => w is not ("and" or "or" or "unless"));

    private static IEnumerable<string> LabelsOf(string expression) =>
        Grouping().Matches(expression).SelectMany(g => Word().Matches(g.Groups["labels"].Value)).Concat(Matcher().Matches(expression)).Select(m => m.Value);

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Text();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"[a-z_]+\s*\(")]
    private static partial Regex Function();

    [GeneratedRegex("[a-z_][a-z0-9_]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"[a-z_]+(?=\s*(?:=~|!~|!=|=)\s*"")")]
    private static partial Regex Matcher();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex HistogramPart();

    /// <summary>One host for all tests, with all that happens to it before it is asked.</summary>
    public sealed class BusyHost : IAsyncLifetime
    {
        internal static readonly DateTimeOffset Noon = new(2026, 6, 6, 16, 2, 0, TimeSpan.Zero);

        private LiveServer _upstream = null!;
        private SmallArchive _archive = null!;

        internal TestApp App => _archive.App;

        internal ScrapedMetrics Metrics { get; private set; } = null!;

        internal int LiveParks { get; private set; }

        internal int OpenIssues { get; private set; }

        internal (long Rows, long Snapshots, long Refused) Poll { get; private set; }

        public async Task InitializeAsync()
        {
            var clock = new SimClock(Noon, speed: 0);
            _upstream = await LiveServer.StartAsync(new LiveServerOptions
            {
                World = new LiveWorldOptions { Destinations = 1, RidesPerPark = 4, FirstDay = DateOnly.FromDateTime(Noon.UtcDateTime).AddDays(-10), Days = 20 },
                Clock = clock,
            });
            _archive = await SmallArchive.StartAsync(
                clock.WithRealTimers(), ("Upstream:BaseAddress", _upstream.BaseAddress.ToString()), ("Upstream:Attempts", "1"), ("Upstream:LongestWait", "00:00:00"));

            await File.WriteAllTextAsync(Path.Combine(_archive.Archive, SmallArchive.Destination.ToString(), "2025", "06", "05.json.gz"), "neither zlib nor gzip nor JSON");
            await _archive.ImportAsync(createMissing: true);
            await RunsAsync("import.run.v1", 1);
            await RunsAsync("quality.check.v1", 1);
            await TriggerAsync("storage", "storage.measure.v1", 1);
            _upstream.Faults.Add(new LiveFault(LiveFaultKind.Unavailable) { Path = "*/live*" });
            await TriggerAsync("collect", "collection.collect.v1", 1);
            _upstream.Faults.Clear();
            await TriggerAsync("collect", "collection.collect.v1", 2);
            clock.Advance(TimeSpan.FromMinutes(3));

            await using (var connection = await _archive.Database.OpenAsync(default))
            {
                Poll = await connection.QuerySingleAsync<(long, long, long)>(
                    "SELECT rows_seen, snapshots, duplicates + quarantined + unmatched FROM collection_runs WHERE outcome = 'OK'");
                OpenIssues = await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM data_quality_log WHERE resolution_status = 'OPEN'");
                LiveParks = await connection.ExecuteScalarAsync<int>("SELECT COUNT(DISTINCT park_id) FROM live_entities WHERE park_id IS NOT NULL");
            }

            // As if it were still at work, and one of its entities had no ride.
            await ExecuteAsync("UPDATE import_checkpoints SET status = 'IN_PROGRESS'");
            await ExecuteAsync("UPDATE import_entities SET ride_id = NULL ORDER BY entity_uuid LIMIT 1");
            Metrics = ScrapedMetrics.Parse(await App.Admin.GetStringAsync("/metrics"));
        }

        public async Task DisposeAsync()
        {
            await _archive.DisposeAsync();
            await _upstream.DisposeAsync();
        }

        internal async Task ExecuteAsync(string sql)
        {
            await using var connection = await _archive.Database.OpenAsync(default);
            await connection.ExecuteAsync(sql);
        }

        private async Task TriggerAsync(string name, string command, int runs)
        {
            using var answer = await App.Admin.PostAsJsonAsync($"/api/admin/recurring/{name}/trigger", new { });
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
            await RunsAsync(command, runs);
        }

        // A run is counted after its end is stored, which is what the API tells.
        private async Task RunsAsync(string command, int runs)
        {
            var collector = App.Services.GetRequiredService<MeterCollector>();
            for (var patience = 0; patience < 600; patience++)
            {
                var read = collector.Read(out _).SingleOrDefault(f => f.Name == "themepark_job_runs_total")?.Samples ?? [];
                if (read.Where(s => s.Labels.Contains(command, StringComparison.Ordinal)).Sum(s => s.Value) >= runs)
                {
                    return;
                }

                await Task.Delay(50);
            }

            throw new TimeoutException($"{command} has not run {runs} times.");
        }
    }
}
