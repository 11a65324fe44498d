using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.Modules.Analytics.Rollups;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;
using static ThemePark.Bench.Told;

namespace ThemePark.Bench;

/// <summary>
/// A year of snapshots through the import's writer, the rollup of all of it, and what a client then waits for, cold (answers not kept) and warm. The
/// floor of the rollup is reading the rows on the server alone; that of the answers is the same question as plain SQL over a textbook table.
/// </summary>
internal static class AnalyticsBench
{
    private const int Checked = 40;
    private const int TextbookDays = 40;

    public static async Task<int> RunAsync(string[] args)
    {
        var snapshots = Number(args, "--snapshots", 50_000_000);
        var requests = (int)Number(args, "--requests", 200);
        var root = Path.Combine(Path.GetTempPath(), $"themepark-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        try
        {
            await using var app = await ServedHost.StartAsync(root);
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
            var code = await MeasureAsync(app.Services, client, snapshots, requests);
            await app.StopAsync();
            return code;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(IServiceProvider services, HttpClient client, long wanted, int requests)
    {
        var database = services.GetRequiredService<MySqlDatabase>();
        var year = new YearOfSnapshots(database, services.GetRequiredService<ISnapshotWriter>(), wanted);
        var watch = Stopwatch.StartNew();
        var rows = await year.WriteAsync();
        Say($"load      {rows:N0} snapshots of {YearOfSnapshots.RideCount:N0} rides in {watch.Elapsed.TotalSeconds:N0} s: {rows / watch.Elapsed.TotalSeconds:N0}/s through the writer");

        watch.Restart();
        var rollup = await services.GetRequiredService<RollupRunner>().RunAsync(null, CancellationToken.None);
        var rate = rows / watch.Elapsed.TotalSeconds;
        var rollupSeconds = watch.Elapsed.TotalSeconds;
        watch.Restart();
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT SUM(wait_minutes) + SUM(status) FROM ride_status_snapshots", commandTimeout: 0));
        Say($"rollup    {rollup.Days:N0} days of {rollup.Parks} parks in {rollupSeconds:N1} s: {rate:N0} snapshots/s; reading the rows on the server alone (one connection): {watch.Elapsed.TotalSeconds:N1} s, ratio {watch.Elapsed.TotalSeconds / rollupSeconds:P0}");

        var wrong = await WrongAsync(connection, year);
        var lost = rows - await connection.ExecuteScalarAsync<long>("SELECT SUM(snapshots) FROM ride_daily_stats");
        var correct = wrong == 0 && lost == 0;
        Say($"check     {(correct ? "right" : "WRONG")}: {wrong} of {Checked} ride-days differ from walking through their seconds; {lost} rows in no day");

        static string Day(int days) => DateTime.UtcNow.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (today, month) = (Day(0), Day(-30));
        (string Name, string Kind, Func<int, string> Path)[] questions =
        [
            ("parks today", "main", _ => "/api/parks/downtime?period=today"),
            ("parks yesterday", "main", _ => "/api/parks/downtime?period=yesterday"),
            ("park waits yesterday", "main", _ => "/api/parks/waittimes?period=yesterday"),
            ("rides today", "main", _ => "/api/rides/downtime?period=today"),
            ("rides yesterday", "main", _ => "/api/rides/downtime?period=yesterday"),
            ("ride waits yesterday", "main", _ => "/api/rides/waittimes?period=yesterday"),
            ("park details", "main", i => $"/api/parks/{1 + (i % year.ParkCount)}/details?period=yesterday"),
            ("ride details", "main", i => $"/api/rides/{1 + (i * 7 % YearOfSnapshots.RideCount)}/details?period=yesterday"),
            ("park ride charts", "main", i => $"/api/parks/{1 + (i % year.ParkCount)}/rides/charts?period=yesterday"),
            ("chart", "main", _ => "/api/trends/chart-data?period=yesterday&type=parks&filter=all-parks"),
            ("heat map", "main", _ => "/api/trends/heatmap-data?period=yesterday&type=rides-downtime"),
            ("status now", "other", _ => "/api/live/status-summary"),
            ("rides last week", "other", _ => "/api/rides/downtime?period=last_week"),
            ("rides last month", "other", _ => "/api/rides/downtime?period=last_month"),
            ("parks last month", "other", _ => "/api/parks/downtime?period=last_month"),
            ("trends last month", "other", _ => "/api/trends?category=rides-declining&period=last_month"),
            ("search", "other", i => $"/api/search?q=rids%20{i}"),
            ("profile of a month", "strict", i => $"/api/rides/{1 + (i * 7 % YearOfSnapshots.RideCount)}/profile?from={month}&to={today}"),
            ("year over year", "yoy", i => $"/api/compare/year-over-year?ride_id={1 + (i * 7 % YearOfSnapshots.RideCount)}&from={month}&to={today}&metric=wait"),
            ("year over year, park", "yoy", i => $"/api/compare/year-over-year?park_id={1 + (i % year.ParkCount)}&from={Day(-30 - (i / year.ParkCount))}&to={today}&metric=downtime"),
        ];
        var p95 = new Dictionary<string, double> { ["main"] = 0, ["other"] = 0, ["strict"] = 0, ["yoy"] = 0 };
        var median = new Dictionary<string, double>();
        foreach (var (name, kind, path) in questions)
        {
            var first = await AskAsync(client, [path(0)]);
            // A parameter nobody reads makes every answer a new one; those that take no such are asked of another ride or range each time.
            var cold = await AskAsync(client, Enumerable.Range(1, requests).Select(i => kind is "strict" or "yoy" ? path(i) : $"{path(i)}{(path(i).Contains('?', StringComparison.Ordinal) ? '&' : '?')}cold={i}"));
            var warm = await AskAsync(client, Enumerable.Repeat(path(0), requests));
            p95[kind] = Math.Max(p95[kind], At(cold, 95));
            median[name] = At(cold, 50);
            Say($"answer    {name,-22} first {first[0],7:N1} ms   cold p50 {At(cold, 50),6:N1}  p95 {At(cold, 95),6:N1}  p99 {At(cold, 99),6:N1}   warm p50 {At(warm, 50),5:N2}  p95 {At(warm, 95),5:N2}  p99 {At(warm, 99),5:N2}");
        }

        var ratio = await TextbookAsync(connection, median);
        using var self = Process.GetCurrentProcess();
        Say($"memory    {self.PeakWorkingSet64 / 1e6:N0} MB at most (host, bench and client)");
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            bench = "analytics",
            snapshots = rows,
            p95_ms = Math.Round(p95["main"], 1),
            yoy_p95_ms = Math.Round(p95["yoy"], 1),
            other_p95_ms = Math.Round(Math.Max(p95["other"], p95["strict"]), 1),
            rollup_snapshots_per_second = Math.Round(rate),
            textbook_ratio = Math.Round(ratio, 1),
            peak_rss_mb = Math.Round(self.PeakWorkingSet64 / 1e6),
            correct,
        }));
        return correct ? 0 : 1;
    }

    private static async Task<List<double>> AskAsync(HttpClient client, IEnumerable<string> paths)
    {
        var times = new List<double>();
        foreach (var path in paths)
        {
            var since = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            var body = await answer.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            if (!answer.IsSuccessStatusCode || body.Length < 100)
            {
                throw new InvalidOperationException($"{path} answers {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
            }
        }

        return times;
    }

    /// <summary>Some days of some rides, second by second from their raw rows, against what the rollup has.</summary>
    private static async Task<int> WrongAsync(SafeMySqlConnection connection, YearOfSnapshots year)
    {
        var wrong = 0;
        for (var i = 0; i < Checked; i++)
        {
            var ride = 1 + (i * 61 % YearOfSnapshots.RideCount);
            var date = year.First.AddDays(3 + (i * 8 % 350));
            var (start, end, open, close) = await connection.QuerySingleAsync<(DateTime, DateTime, DateTime, DateTime)>(
                "SELECT d.day_start, d.day_end, d.first_open_at, d.last_open_at FROM park_daily_stats AS d JOIN rides AS r ON r.park_id = d.park_id WHERE d.stat_date = @date AND r.ride_id = @ride",
                new { date, ride });
            var rows = (await connection.QueryAsync<(DateTime At, int Status, int? Wait)>(
                "SELECT recorded_at, status, wait_minutes FROM ride_status_snapshots WHERE ride_id = @ride AND recorded_at >= @from AND recorded_at < @end ORDER BY recorded_at",
                new { ride, from = start.AddDays(-1), end })).ToList();
            var (operating, down, waits) = (0, 0, 0L);
            for (var (at, next) = (start, 0); at < end; at = at.AddSeconds(1))
            {
                while (next < rows.Count && rows[next].At.AddTicks(-(rows[next].At.Ticks % TimeSpan.TicksPerSecond)) <= at)
                {
                    next++;
                }

                var now = next > 0 && (at - rows[next - 1].At).TotalHours < 24 ? rows[next - 1] : default;
                var isOpen = open <= at && at < close;
                operating += isOpen && now.Status == 1 ? 1 : 0;
                down += now.Status == 2 ? 1 : 0;
                waits += isOpen && now.Status == 1 ? now.Wait ?? 0 : 0;
            }

            var has = await connection.QuerySingleAsync<(int, int, long)>(
                "SELECT uptime_s, down_s, wait_sum FROM ride_daily_stats WHERE stat_date = @date AND ride_id = @ride", new { date, ride });
            wrong += has == (operating, down, waits) ? 0 : 1;
        }

        return wrong;
    }

    /// <summary>The newest days alone, which favours the textbook: its table and indexes are a ninth of what a year would make them.</summary>
    private static async Task<double> TextbookAsync(SafeMySqlConnection connection, Dictionary<string, double> ours)
    {
        await connection.ExecuteAsync(
            "CREATE TABLE textbook (snapshot_id BIGINT AUTO_INCREMENT PRIMARY KEY, ride_id INT NOT NULL, recorded_at DATETIME(3) NOT NULL, status TINYINT, wait_time INT, KEY (ride_id, recorded_at), KEY (recorded_at))");
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO textbook (ride_id, recorded_at, status, wait_time) SELECT ride_id, recorded_at, status, wait_minutes FROM ride_status_snapshots WHERE recorded_at >= @from ORDER BY recorded_at",
            new { from = DateTime.UtcNow.Date.AddDays(-TextbookDays) }, commandTimeout: 0));
        (string Question, string Sql, int Days)[] plain =
        [
            ("rides yesterday", Downtime, 1), ("ride waits yesterday", Waits, 1), ("park waits yesterday", ParkWaits, 1), ("rides last week", Downtime, 7), ("rides last month", Downtime, 30),
        ];
        var ratios = new List<double>();
        foreach (var (question, sql, days) in plain)
        {
            var times = new List<double>();
            for (var i = 0; i < 3; i++)
            {
                var since = Stopwatch.GetTimestamp();
                await connection.QueryAsync(new CommandDefinition(
                    sql, new { from = DateTime.UtcNow.Date.AddDays(-1 - days), to = DateTime.UtcNow.Date.AddDays(-1) }, commandTimeout: 0));
                times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }

            ratios.Add(At(times, 50) / ours[question]);
            Say($"textbook  {question,-22} {At(times, 50),9:N0} ms as plain SQL on {TextbookDays} days; {ratios[^1]:N0} times ours");
        }

        return At(ratios, 50);
    }

    private const string Downtime =
        """
        SELECT x.ride_id, SUM(TIMESTAMPDIFF(SECOND, x.recorded_at, x.next_at)) AS down
        FROM (
            SELECT ride_id, recorded_at, status, LEAD(recorded_at) OVER (PARTITION BY ride_id ORDER BY recorded_at) AS next_at
            FROM textbook
            WHERE recorded_at >= @from AND recorded_at < @to) AS x
        WHERE x.status = 2
        GROUP BY x.ride_id
        ORDER BY down DESC
        LIMIT 100
        """;

    private const string Waits =
        "SELECT ride_id, AVG(wait_time), MAX(wait_time) AS peak FROM textbook WHERE recorded_at >= @from AND recorded_at < @to AND status = 1 GROUP BY ride_id ORDER BY peak DESC LIMIT 100";

    private const string ParkWaits =
        "SELECT r.park_id, AVG(t.wait_time) AS average, MAX(t.wait_time) FROM textbook AS t JOIN rides AS r ON r.ride_id = t.ride_id WHERE t.recorded_at >= @from AND t.recorded_at < @to AND t.status = 1 GROUP BY r.park_id ORDER BY average DESC LIMIT 50";
}
