using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Runs;
using ThemePark.MySql;
using ThemePark.Simulator;

namespace ThemePark.Bench;

/// <summary>
/// The whole import on an embedded database of its own: zlib → JSON → match → rows, queues and ledger, through the same commands and
/// jobs a user starts. The first two days of each destination are imported ahead, so that seconds of just-in-time compiling are told apart
/// from the speed years of history see. The floor is bare LOAD DATA of the very same rows into empty copies of the same tables, in the
/// same run.
/// </summary>
internal static class ImportBench
{
    private static readonly string[] Tables = ["ride_status_snapshots", "queue_data", "show_times"];

    public static async Task<int> RunAsync(string[] args)
    {
        var files = Number(args, "--files", 104);
        var eventsPerFile = Number(args, "--events-per-file", 20_000);
        var root = Path.Combine(Path.GetTempPath(), $"themepark-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        try
        {
            const int destinations = 4;
            const int warmUpDays = 2;
            var options = new GeneratorOptions
            {
                Out = Path.Combine(root, "archive"),
                Destinations = destinations,
                Days = ((files + destinations - 1) / destinations) + warmUpDays,
                Ugly = false,
                RidesPerPark = 40,
                EventsPerFile = eventsPerFile,
            };
            var watch = Stopwatch.StartNew();
            var report = await ArchiveGenerator.GenerateAsync(options);
            Say($"archive   {report.Files.Count} files, {report.Listed:N0} events, {Size(options.Out) / 1e6:N1} MB compressed, generated in {watch.Elapsed.TotalSeconds:N1} s");
            var expected = (Events: report.Listed, report.Duplicates, report.Good);
            var fileCount = report.Files.Count;
            report = null;
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);

            await using var host = await BenchHost.StartAsync(root, options.Out);
            watch.Restart();
            var warmUp = await ImportAsync(host, options.First.AddDays(warmUpDays - 1));
            var warmedUp = await host.EventsOfAsync(warmUp);
            Say($"warm-up   {warmedUp:N0} events of the first {warmUpDays} days in {watch.Elapsed.TotalSeconds:N1} s");
            var cpuBefore = await host.CpuSecondsAsync();
            var run = await ImportAsync(host, lastDay: null);
            var cpu = await host.CpuSecondsAsync();
            var correct = await CheckAsync(host, expected.Events, expected.Duplicates, expected.Good, [.. warmUp, .. run]);
            await host.SettledAsync();
            var bytes = await host.BytesOnDiskAsync(Tables.Append("snapshot_days"));
            var own = await host.BytesOnDiskAsync(Tables.Take(1));
            var rows = run.Sum(r => r.Progress.RecordsImported);
            var queues = run.Sum(r => r.Progress.QueueRecords);
            var held = rows + warmUp.Sum(r => r.Progress.RecordsImported);
            var events = expected.Events - warmedUp;
            var seconds = await host.ImportSecondsAsync(run);
            var floor = await FloorAsync(host);
            correct &= floor.Same;

            var eventsPerSecond = events / seconds;
            var ratio = eventsPerSecond / floor.RowsPerSecond;
            Say($"import    {events:N0} events of {fileCount - (destinations * warmUpDays)} files ({rows:N0} snapshots, {queues:N0} queue rows) in {seconds:N2} s = {eventsPerSecond:N0} events/s");
            foreach (var import in run)
            {
                Say($"          {import.DestinationName}: {string.Join(", ", import.Performance.PhaseSeconds!.Select(p => $"{p.Key} {p.Value:N1} s"))}");
            }

            Say($"          {(rows + queues) / seconds:N0} rows/s of both kinds; processor: host {cpu.Host - cpuBefore.Host:N1} s, database {cpu.Database - cpuBefore.Database:N1} s; deadlocks {await host.StatusAsync("innodb_deadlocks")}");
            Say($"floor     LOAD DATA of the same rows, one connection: {floor.Seconds:N2} s = {floor.RowsPerSecond:N0} snapshots/s; ratio {ratio:P0}");
            Say($"disk      {bytes / 1e6:N1} MB in all = {(double)bytes / held:N2} bytes per snapshot row, queues and ledger counted; the snapshot table alone {(double)own / held:N2}");
            Say($"memory    {run.Max(r => r.Performance.PeakMemoryMb):N0} MB at most in this process");
            Say($"checksum  {floor.Checksum}");
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "import",
                events,
                files = fileCount - (destinations * warmUpDays),
                events_per_second = Math.Round(eventsPerSecond),
                floor_rows_per_second = Math.Round(floor.RowsPerSecond),
                ratio = Math.Round(ratio, 3),
                bytes_per_row = Math.Round((double)bytes / held, 2),
                peak_rss_mb = Math.Round(run.Max(r => r.Performance.PeakMemoryMb) ?? 0),
                correct,
            }));
            return correct ? 0 : 1;
        }
        finally
        {
            if (!args.Contains("--keep"))
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    private static async Task<IReadOnlyList<ImportView>> ImportAsync(BenchHost host, DateOnly? lastDay)
    {
        var batch = (await host.SendAsync(new StartAllImports.Command(EndDate: lastDay))).Value;
        while (true)
        {
            var imports = new List<ImportView>();
            foreach (var import in batch.Imports)
            {
                imports.Add((await host.SendAsync(new GetImport.Query(import.ImportId))).Value);
            }

            if (imports.All(i => i.CompletedAt is not null))
            {
                return imports;
            }

            await Task.Delay(1000);
        }
    }

    /// <summary>Every event of the generator's own account is a row, a counted duplicate, or an event of a park itself.</summary>
    private static async Task<bool> CheckAsync(BenchHost host, long events, long duplicates, long good, IReadOnlyList<ImportView> run)
    {
        await using var connection = await host.Database.OpenAsync(CancellationToken.None);
        var held = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots");
        var ledger = await connection.ExecuteScalarAsync<long>("SELECT SUM(row_count) FROM snapshot_days");
        var sums = await connection.QuerySingleAsync<(long Events, long Rows, long Duplicates, long Other)>(
            "SELECT SUM(events), SUM(`rows`), SUM(duplicates), SUM(unmatched + rejected + park_events + kept_live) FROM import_files WHERE outcome = 'IMPORTED'");
        var correct = run.All(r => r.Status == "COMPLETED") && sums.Events == events && held == sums.Rows && ledger == held
            && sums.Rows + sums.Duplicates + sums.Other == events && sums.Duplicates == duplicates && held == good;
        Say($"check     {(correct ? "right" : "WRONG")}: {events:N0} events = {sums.Rows:N0} rows + {sums.Duplicates:N0} duplicates + {sums.Other:N0} others; held {held:N0}, ledger {ledger:N0}, expected good {good:N0}, duplicates {duplicates:N0}");
        return correct;
    }

    /// <summary>The rows as they stand, formatted ahead, loaded day by day and destination by destination as the import did.</summary>
    internal static async Task<(double Seconds, double RowsPerSecond, bool Same, string Checksum)> FloorAsync(BenchHost host)
    {
        await using var connection = await host.Database.OpenDedicatedAsync(CancellationToken.None);
        foreach (var table in Tables)
        {
            await connection.ExecuteAsync($"CREATE TABLE floor_{table} LIKE {table}");
        }

        var days = (await connection.QueryAsync<(DateOnly Day, int Destination)>(
            "SELECT DISTINCT utc_day, destination_id FROM snapshot_days WHERE row_count > 0 ORDER BY destination_id, utc_day")).AsList();
        long rows = 0;
        var elapsed = TimeSpan.Zero;
        foreach (var (day, destination) in days)
        {
            var chunks = new List<(BulkTarget Target, byte[] Text, int Rows)>();
            foreach (var table in Tables)
            {
                chunks.Add(await TextAsync(connection, table, day, destination));
            }

            var watch = Stopwatch.StartNew();
            await using (var tx = await connection.BeginTransactionAsync())
            {
                foreach (var (target, text, count) in chunks.Where(c => c.Rows > 0))
                {
                    await BulkLoader.LoadAsync(connection, target, text, count, CancellationToken.None);
                }

                await tx.CommitAsync();
            }

            elapsed += watch.Elapsed;
            rows += chunks[0].Rows;
        }

        var (own, copy) = (await ChecksumAsync(connection, "ride_status_snapshots"), await ChecksumAsync(connection, "floor_ride_status_snapshots"));
        return (elapsed.TotalSeconds, rows / elapsed.TotalSeconds, own == copy, own);
    }

    private static async Task<(BulkTarget, byte[], int)> TextAsync(SafeMySqlConnection connection, string table, DateOnly day, int destination)
    {
        var text = new StringBuilder();
        var count = 0;
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names and days of the bench's own.
        command.CommandText =
            $"SELECT s.* FROM {table} AS s INNER JOIN rides AS r ON r.ride_id = s.ride_id INNER JOIN parks AS p ON p.park_id = r.park_id "
            + $"WHERE p.destination_id = {destination.ToString(CultureInfo.InvariantCulture)} AND s.recorded_at >= '{day:yyyy-MM-dd}' AND s.recorded_at < '{day.AddDays(1):yyyy-MM-dd}' ORDER BY s.ride_id, s.recorded_at";
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < columns.Length; i++)
            {
                text.Append(i == 0 ? "" : "\t").Append(reader.GetValue(i) switch
                {
                    DBNull => "\\N",
                    DateTime at => at.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
                    var value => Convert.ToString(value, CultureInfo.InvariantCulture),
                });
            }

            text.Append('\n');
            count++;
        }

        return (new BulkTarget($"floor_{table}", columns, Ascii: table != "show_times"), Encoding.UTF8.GetBytes(text.ToString()), count);
    }

    private static async Task<string> ChecksumAsync(SafeMySqlConnection connection, string table) =>
        Convert.ToString(
            await connection.ExecuteScalarAsync<object>(new CommandDefinition(
                $"SELECT CONCAT(COUNT(*), ':', BIT_XOR(CRC32(CONCAT_WS('|', ride_id, recorded_at, status, wait_minutes, data_source, flags)))) FROM {table}", commandTimeout: 600)),
            CultureInfo.InvariantCulture)!;

    private static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

    private static long Size(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
