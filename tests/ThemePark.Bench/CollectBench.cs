using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThemePark.Host;
using ThemePark.Modules.Collection;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Modules.Metadata;
using ThemePark.MySql;
using ThemePark.Simulator;
using ThemePark.Upstream;

namespace ThemePark.Bench;

/// <summary>
/// Polls of the whole world, 127 parks and 7,000 rides, from a simulated upstream in this process, over HTTP, into an embedded database. The floor
/// is asking for the same documents and doing nothing with them. Enough polls to see whether memory grows.
/// </summary>
internal static class CollectBench
{
    private static readonly DateTimeOffset Start = new(2026, 6, 6, 14, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = Array.IndexOf(args, "--rounds") is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 40;
        var root = Path.Combine(Path.GetTempPath(), $"themepark-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        try
        {
            var clock = new SimClock(Start, speed: 0);
            await using var upstream = await LiveServer.StartAsync(new LiveServerOptions { World = LiveWorldOptions.FullSize with { FirstDay = new DateOnly(2026, 6, 1), Days = 10 }, Clock = clock }, CancellationToken.None);
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["DataDirectory"] = Path.Combine(root, "data"),
                ["Upstream:BaseAddress"] = upstream.BaseAddress.ToString(),
                ["Upstream:RequestsPerMinute"] = "1000000",
            }).Build();
            await using var database = await HostDatabase.OpenAsync(configuration, logging => logging.SetMinimumLevel(LogLevel.Warning), CancellationToken.None);
            var services = new ServiceCollection();
            services.AddLogging(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Warning));
            services.AddSingleton(clock.WithRealTimers());
            services.AddSingleton(database.Database);
            services.AddMetadata(configuration);
            services.AddCollection(configuration);
            await using var provider = services.BuildServiceProvider();
            await new BuildingBlocks.MigrationRunner(database.Database).UpAsync(CancellationToken.None);
            return await MeasureAsync(provider, database.Database, clock, rounds);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(ServiceProvider provider, MySqlDatabase database, SimClock clock, int rounds)
    {
        var seconds = new List<double>();
        var floors = new List<double>();
        var memory = new List<long>();
        var (polls, snapshots, failed, seen) = (0, 0L, 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            clock.MoveTo(Start.AddMinutes(5 * round));
            var watch = Stopwatch.StartNew();
            var outcomes = await provider.GetRequiredService<LiveCollector>().CollectAsync(null, CancellationToken.None);
            seconds.Add(watch.Elapsed.TotalSeconds);
            (polls, snapshots, failed) = (polls + outcomes.Count, snapshots + outcomes.Sum(o => o.Snapshots), failed + outcomes.Count(o => o.ErrorKind is not null));
            seen = outcomes.Sum(o => o.RowsSeen);
            memory.Add(Environment.WorkingSet);

            // Another five minutes, so that nothing is answered 304.
            clock.MoveTo(Start.AddMinutes((5 * round) + 2.5));
            floors.Add(await FloorAsync(provider, [.. outcomes.Select(o => o.Destination)]));
        }

        await using var connection = await database.OpenAsync(CancellationToken.None);
        var (rows, ledger, rides, parks) = await connection.QuerySingleAsync<(long, long, long, long)>(
            "SELECT (SELECT COUNT(*) FROM ride_status_snapshots), (SELECT SUM(row_count) FROM snapshot_days), (SELECT COUNT(*) FROM rides), (SELECT COUNT(*) FROM parks)");
        var correct = failed == 0 && rows == snapshots && ledger == rows && parks == 127 && rides >= 7_000 && polls >= 50 * rounds;
        var (poll, floor) = (Median(seconds.Skip(2)), Median(floors.Skip(2)));
        var (early, late) = (memory.Skip(rounds / 5).Take(rounds / 5).Average() / 1e6, memory.TakeLast(rounds / 5).Average() / 1e6);
        Say($"check     {(correct ? "right" : "WRONG")}: {parks} parks, {rides:N0} rides; {rows:N0} rows held, {snapshots:N0} reported, {ledger:N0} in the ledger; {failed} of {polls} polls failed");
        Say($"poll      {seen:N0} rows of {polls / rounds} destinations: first {seconds[0]:N2} s, then {poll:N2} s (median of {rounds - 2}), {seconds.Skip(2).Max():N2} s at most");
        Say($"floor     asking for the documents alone: {floor:N2} s; without it a poll takes {poll - floor:N2} s; ratio {floor / poll:P0}");
        Say($"memory    {early:N0} MB in the second fifth of {polls:N0} polls, {late:N0} MB in the last (simulator included), {memory.Max() / 1e6:N0} MB at most");
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            bench = "collect",
            parks,
            rides,
            polls,
            seconds_per_poll = Math.Round(poll - floor, 3),
            seconds_with_upstream = Math.Round(poll, 3),
            floor_seconds = Math.Round(floor, 3),
            ratio = Math.Round(floor / poll, 3),
            rss_mb_early = Math.Round(early),
            rss_mb_late = Math.Round(late),
            correct,
        }));
        return correct ? 0 : 1;
    }

    private static async Task<double> FloorAsync(ServiceProvider provider, IReadOnlyList<Guid> destinations)
    {
        var client = provider.GetRequiredService<UpstreamClient>();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(destinations, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (d, ct) => await client.GetLiveAsync(d, ct));
        return watch.Elapsed.TotalSeconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
