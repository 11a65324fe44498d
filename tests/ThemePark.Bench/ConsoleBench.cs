using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.Host;
using ThemePark.Modules.Analytics.Rollups;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Storage.Features;
using ThemePark.MySql;
using ThemePark.Testing;
using static ThemePark.Bench.Told;

namespace ThemePark.Bench;

/// <summary>
/// How long every page of the console takes over a warehouse of a year: the first time, about another thing each time (another ride, job, day) and about the
/// same. The pages are those the host has, so that none is forgotten. The floor is what a request costs that asks nothing: the health of the process.
/// </summary>
internal static partial class ConsoleBench
{
    private const double BudgetMs = 100;
    private const string KeyName = "bench";
    private const string Key = "a-key-for-the-bench-0123456789";

    // Pages that show nothing without being told what.
    private static readonly Dictionary<string, string> Asking = new(StringComparer.Ordinal)
    {
        ["/console/unmatched/{Id:int}/resolve"] = "?action=ignore",
        ["/console/unmatched/bulk"] = "?action=ignore&id={Id}",
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var days = (int)Number(args, "--days", YearOfSnapshots.Year);
        var snapshots = Number(args, "--snapshots", 50_000_000);
        var requests = (int)Number(args, "--requests", 50);
        var only = Text(args, "--pages") ?? "";
        var kept = Text(args, "--world");
        var root = kept ?? Path.Combine(Path.GetTempPath(), $"themepark-bench-{Environment.ProcessId}");
        var archive = Path.Combine(root, "archive");
        var isThere = Directory.Exists(archive);
        Directory.CreateDirectory(archive);
        try
        {
            await using var app = await ServedHost.StartAsync(root, ("Archive:Directory", archive), ("Admin:Keys:0:Name", KeyName), ("Admin:Keys:0:Key", Key));
            var watch = Stopwatch.StartNew();
            var database = app.Services.GetRequiredService<MySqlDatabase>();
            var year = new YearOfSnapshots(database, app.Services.GetRequiredService<ISnapshotWriter>(), snapshots, days);
            if (!isThere)
            {
                await year.WriteAsync();
                await app.Services.GetRequiredService<RollupRunner>().RunAsync(null, CancellationToken.None);
                await app.Services.SendAsync(new MeasureNow.Command());
                await new ConsoleWorld(database, archive, days).WriteAsync();
            }

            var rows = await ArchivedRowsAsync(database);
            Say($"world     {days} days: {rows:N0} snapshots of {YearOfSnapshots.RideCount:N0} rides, with polls, jobs, imports, issues and measurements, in {watch.Elapsed.TotalSeconds:N0} s");

            using var client = await SignedInAsync(new Uri(app.Urls.Single()));
            var code = await MeasureAsync(client, await ExamplesAsync(database, year), rows, days, requests, only);
            await app.StopAsync();
            return code;
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    private static async Task<int> MeasureAsync(HttpClient client, Examples examples, long rows, int days, int requests, string only)
    {
        var floor = await AskAsync(client, Enumerable.Repeat("/health/live", requests), page: false);
        Say($"floor     {"/health/live",-46} p50 {At(floor, 50),6:N1}  p95 {At(floor, 95),6:N1}  max {floor.Max(),7:N1} ms");
        var (worst, over) = ("", new List<string>());
        var (worstP95, total) = (0.0, 0);
        foreach (var (name, path) in Pages(examples).Where(p => p.Name.Contains(only, StringComparison.Ordinal)))
        {
            var first = await AskAsync(client, [path(0)]);
            var others = await AskAsync(client, Enumerable.Range(1, requests).Select(path));
            var same = await AskAsync(client, Enumerable.Repeat(path(0), requests));
            var p95 = Math.Max(At(others, 95), At(same, 95));
            (worst, worstP95) = p95 > worstP95 ? (name, p95) : (worst, worstP95);
            total++;
            if (p95 > BudgetMs)
            {
                over.Add(name);
            }

            Say($"page      {name,-46} first {first[0],7:N1}   others p50 {At(others, 50),6:N1}  p95 {At(others, 95),6:N1}  max {others.Max(),7:N1}   same p50 {At(same, 50),6:N1}  p95 {At(same, 95),6:N1}  max {same.Max(),7:N1}{(p95 > BudgetMs ? "   OVER THE BUDGET" : "")}");
        }

        using var self = Process.GetCurrentProcess();
        Say($"budget    {total - over.Count} of {total} pages answer 95 of 100 requests within {BudgetMs:N0} ms; the slowest, {worst}, takes {worstP95 / At(floor, 95):N0} times the floor; {self.PeakWorkingSet64 / 1e6:N0} MB at most (host, bench and client)");
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            bench = "console",
            days,
            snapshots = rows,
            pages = total,
            over_budget = over,
            worst,
            worst_p95_ms = Math.Round(worstP95, 1),
            floor_p95_ms = Math.Round(At(floor, 95), 2),
            peak_rss_mb = Math.Round(self.PeakWorkingSet64 / 1e6),
        }));
        return over.Count == 0 ? 0 : 1;
    }

    /// <summary>Every page there is, with an address for each number, and some that ask for more than the plain address does.</summary>
    private static IEnumerable<(string Name, Func<int, string> Path)> Pages(Examples examples)
    {
        var templates = typeof(ThemeParkHost).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template)
            // What takes any address is the page for those that are none.
            .Where(t => !t.Contains("{*", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        foreach (var template in templates)
        {
            yield return (template, i => examples.Address(template + Asking.GetValueOrDefault(template), i));
        }

        foreach (var template in (string[])
            [
                "/console/calendar/{DestinationId}?year={Year}", "/console/calendar?month={Month}", "/console/rides/{Id}?date={Day}", "/console/rides?name=ride%20{Number}&sort=-changed",
                "/console/storage/growth?days=365", "/console/quality/issues?status=OPEN&type=GAP", "/console/jobs?state=FAILED", "/console/jobs?text={Number}", "/console/quality?period=last_30d",
            ])
        {
            yield return (template, i => examples.Address(template, i));
        }
    }

    private static async Task<List<double>> AskAsync(HttpClient client, IEnumerable<string> paths, bool page = true)
    {
        var times = new List<double>();
        foreach (var path in paths)
        {
            var since = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            var body = await answer.Content.ReadAsStringAsync();
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            if (answer.StatusCode != HttpStatusCode.OK || (page && (!body.Contains("<h1", StringComparison.Ordinal) || body.Contains("This cannot be shown", StringComparison.Ordinal))))
            {
                throw new InvalidOperationException($"{path} answers {(int)answer.StatusCode}: {body}");
            }
        }

        return times;
    }

    private static async Task<HttpClient> SignedInAsync(Uri host)
    {
        var client = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = host };
        var signIn = new Uri("/console/sign-in", UriKind.Relative);
        var token = Token().Match(await client.GetStringAsync(signIn)).Groups["value"].Value;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token), KeyValuePair.Create("key", Key)]);
        using var answer = await client.PostAsync(signIn, form);
        return answer.StatusCode == HttpStatusCode.SeeOther ? client : throw new InvalidOperationException($"Signing in answers {(int)answer.StatusCode}.");
    }

    private static async Task<long> ArchivedRowsAsync(MySqlDatabase database)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>("SELECT COALESCE(SUM(row_count), 0) FROM snapshot_days WHERE data_source = 2");
    }

    private static async Task<Examples> ExamplesAsync(MySqlDatabase database, YearOfSnapshots year)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return new Examples(
            (await connection.QueryAsync<string>("SELECT job_id FROM jobs ORDER BY job_id DESC LIMIT 500")).AsList(),
            (await connection.QueryAsync<string>("SELECT import_id FROM import_checkpoints ORDER BY checkpoint_id")).AsList(),
            (await connection.QueryAsync<string>("SELECT name FROM job_schedules ORDER BY name")).AsList(),
            (await connection.QueryAsync<int>("SELECT destination_id FROM destinations ORDER BY destination_id")).AsList(),
            (await connection.QueryAsync<int>("SELECT unmatched_id FROM unmatched_entities WHERE status = 'OPEN' ORDER BY unmatched_id")).AsList(),
            (await connection.QueryAsync<int>("SELECT unmatched_id FROM unmatched_entities WHERE status = 'IGNORED' ORDER BY unmatched_id")).AsList(),
            year);
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="(?<value>[^"]+)""")]
    private static partial Regex Token();

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}")]
    private static partial Regex Parameter();

    /// <summary>What there is to be asked about.</summary>
    private sealed record Examples(
        IReadOnlyList<string> Jobs, IReadOnlyList<string> Imports, IReadOnlyList<string> Schedules, IReadOnlyList<int> Destinations, IReadOnlyList<int> Unmatched, IReadOnlyList<int> Ignored, YearOfSnapshots Year)
    {
        /// <summary>The template with its parameters filled: another thing for another number, as far as there are so many.</summary>
        public string Address(string template, int i)
        {
            var section = template.Split('/', '?').ElementAtOrDefault(2);
            return Parameter().Replace(template, match => (section, match.Groups["name"].Value) switch
            {
                (_, "Day") => Day(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                (_, "Month") => Day(31 * i).ToString("yyyy-MM", CultureInfo.InvariantCulture),
                (_, "Year") => Day(i).ToString("yyyy", CultureInfo.InvariantCulture),
                (_, "Number") => i.ToString(CultureInfo.InvariantCulture),
                ("jobs", _) => Jobs[i % Jobs.Count],
                ("imports", _) => Imports[i % Imports.Count],
                ("schedules", _) => Schedules[i % Schedules.Count],
                ("calendar", _) => Destinations[i % Destinations.Count].ToString(CultureInfo.InvariantCulture),
                ("settings", _) => KeyName,
                ("unmatched", _) when template.EndsWith("/reopen", StringComparison.Ordinal) => Ignored[i % Ignored.Count].ToString(CultureInfo.InvariantCulture),
                ("unmatched", _) => Unmatched[i % Unmatched.Count].ToString(CultureInfo.InvariantCulture),
                ("rides", _) => (1 + (i * 7 % YearOfSnapshots.RideCount)).ToString(CultureInfo.InvariantCulture),
                _ => throw new InvalidOperationException($"What is {match.Value} of {template} to be? Say so in {nameof(ConsoleBench)}."),
            });
        }

        // Back from yesterday, and round again.
        private DateOnly Day(int i) => Year.Last.AddDays(-1 - (i % Math.Max(1, Year.Last.DayNumber - Year.First.DayNumber - 1)));
    }
}
