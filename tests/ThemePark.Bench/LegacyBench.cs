using System.Diagnostics;
using System.Text.Json;
using Dapper;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Legacy;
using ThemePark.MySql;
using ThemePark.Testing;
using static ThemePark.Bench.Told;

namespace ThemePark.Bench;

/// <summary>
/// Brings over an existing warehouse on the same embedded server: polls of every ten minutes, one ride in a hundred unknown. Copied, verified and swapped under
/// a writer. The floor is bare LOAD DATA of the very same rows into empty copies of our tables; reading the legacy rows alone is told beside it.
/// </summary>
internal static class LegacyBench
{
    private const int PollsPerDay = 144;
    private static readonly DateTime First = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static async Task<int> RunAsync(string[] args)
    {
        var days = (int)Number(args, "--days", 30);
        var rides = (int)Math.Max(2, Number(args, "--rows", 2_000_000) / days / PollsPerDay);
        var root = Path.Combine(Path.GetTempPath(), $"themepark-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        try
        {
            await using var host = await BenchHost.StartAsync(root, Path.Combine(root, "archive"), legacy: "old");
            var unknown = Math.Max(1, rides / 100);
            await using var old = await host.OpenLegacyAsync("old");
            var rows = await FillAsync(host, old, rides, unknown, days);
            var before = await host.BytesOnDiskAsync(["ride_status_snapshots"], "old");
            Say($"legacy    {rows:N0} rows of {rides} rides on {days} days, {before / 1e6:N1} MB");
            var bare = await ReadBareAsync(old);

            var watch = Stopwatch.StartNew();
            var copied = await TaskAsync(host, new CopyLegacy.Command());
            var copySeconds = watch.Elapsed.TotalSeconds;
            watch.Restart();
            var verified = await TaskAsync(host, new VerifyLegacy.Command());
            var verifySeconds = watch.Elapsed.TotalSeconds;
            await host.SettledAsync();
            var after = await host.BytesOnDiskAsync(["ride_status_snapshots", "snapshot_days"]);
            var floor = await ImportBench.FloorAsync(host);

            using var stop = new CancellationTokenSource();
            var writing = WriteAsync(host, First.AddDays(days), stop.Token);
            var swapped = await TaskAsync(host, new SwapLegacy.Command(AcceptUnknown: true));
            await stop.CancelAsync();
            var acknowledged = await writing;
            var arrived = await CountAsync(host, First.AddDays(days));

            var totals = copied.Totals;
            var correct = copied.State == "COPIED" && totals.Listed == rows && totals.Unknown == (long)unknown * days * PollsPerDay && totals.Copied == rows - totals.Unknown
                && verified.Totals.Verified == days && verified.Totals.Mismatched == 0 && floor.Same && swapped.State == "SWAPPED" && acknowledged == arrived
                && swapped.Swap is { ReadDowntimeMs: not null };
            var perSecond = totals.Listed / copySeconds;
            var ratio = perSecond / floor.RowsPerSecond;
            using var self = Process.GetCurrentProcess();
            Say($"copy      {totals.Listed:N0} rows in {copySeconds:N1} s = {perSecond:N0} rows/s; figures by hour and day included");
            Say($"verify    {verifySeconds:N1} s = {totals.Listed / verifySeconds:N0} rows/s");
            Say($"floor     LOAD DATA of the same rows: {floor.RowsPerSecond:N0} rows/s, ratio {ratio:P0}; reading the legacy rows alone: {rows / bare:N0} rows/s");
            Say($"swap      writers stood still {swapped.Swap?.WriteDowntimeMs} ms, readers {swapped.Swap?.ReadDowntimeMs} ms ({swapped.Swap?.ProbeReads} answers); {acknowledged} rows written meanwhile, {arrived} are here");
            Say($"disk      {before / 1e6:N1} MB there, {after / 1e6:N1} MB here: {(double)before / rows:N1} and {(double)after / totals.Copied:N1} bytes a row");
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "legacy",
                rows,
                rows_per_second = Math.Round(perSecond),
                verified_per_second = Math.Round(totals.Listed / verifySeconds),
                floor_rows_per_second = Math.Round(floor.RowsPerSecond),
                bare_read_rows_per_second = Math.Round(rows / bare),
                ratio = Math.Round(ratio, 3),
                write_downtime_ms = swapped.Swap?.WriteDowntimeMs,
                read_downtime_ms = swapped.Swap?.ReadDowntimeMs,
                bytes_before = before,
                bytes_after = after,
                peak_rss_mb = self.PeakWorkingSet64 >> 20,
                correct,
            }));
            return correct ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<long> FillAsync(BenchHost host, SafeMySqlConnection old, int rides, int unknown, int days)
    {
        await using (var ours = await host.Database.OpenAsync(CancellationToken.None))
        {
            await ours.ExecuteAsync(
                """
                INSERT INTO destinations (destination_id, uuid, name) SELECT seq, CONCAT('10000000-0000-4000-8000-', LPAD(seq, 12, '0')), seq FROM seq_1_to_4;
                INSERT INTO parks (park_id, destination_id, uuid, name, timezone)
                    SELECT seq, 1 + seq MOD 4, CONCAT('20000000-0000-4000-8000-', LPAD(seq, 12, '0')), seq, 'America/New_York' FROM seq_1_to_8;
                INSERT INTO rides (ride_id, park_id, uuid, name, entity_type, created_from)
                    SELECT seq, 1 + seq MOD 8, CONCAT('30000000-0000-4000-8000-', LPAD(seq, 12, '0')), seq, 'ATTRACTION', 'BENCH' FROM seq_1_to_100000 WHERE seq <= @known
                """,
                new { known = rides - unknown });
        }

        await old.ExecuteAsync(
            $"""
            CREATE TABLE parks (park_id INT NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL);
            CREATE TABLE rides (ride_id INT NOT NULL PRIMARY KEY, themeparks_wiki_id CHAR(36) NULL, park_id INT NOT NULL, name VARCHAR(255) NOT NULL);
            {TextbookSnapshots.CreateTable};
            INSERT INTO parks (park_id, name) VALUES (1, 'Park');
            INSERT INTO rides (ride_id, themeparks_wiki_id, park_id, name) SELECT seq, CONCAT('30000000-0000-4000-8000-', LPAD(seq, 12, '0')), 1, seq FROM seq_1_to_100000 WHERE seq <= @rides
            """,
            new { rides });
        var target = new BulkTarget("ride_status_snapshots", ["ride_id", "recorded_at", "is_open", "status", "wait_time", "computed_is_open"], Ascii: true);
        var random = new Random(1);
        var waits = Enumerable.Range(0, rides).Select(_ => random.Next(0, 18) * 5).ToArray();
        var written = 0L;
        for (var day = 0; day < days; day++)
        {
            using var text = new TsvBuffer(1 << 20);
            for (var poll = 0; poll < PollsPerDay; poll++)
            {
                var at = (First.AddDays(day).AddMinutes(poll * 10) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
                // Open from noon to four in the morning, UTC.
                var isDay = poll is < 24 or >= 72;
                for (var ride = 0; ride < rides; ride++)
                {
                    waits[ride] = Math.Clamp(waits[ride] + (random.Next(4) == 0 ? random.Next(-1, 2) * 5 : 0), 5, 90);
                    var isDown = isDay && random.Next(40) == 0;
                    text.BeginRow();
                    text.Number(ride + 1);
                    text.Tab();
                    text.Instant(at);
                    text.Tab();
                    text.Number(isDay && !isDown ? 1 : 0);
                    text.Tab();
                    text.Text(isDown ? "DOWN" : isDay ? "OPERATING" : "CLOSED");
                    text.Tab();
                    text.Number(isDay && !isDown ? waits[ride] : (long?)null);
                    text.Tab();
                    text.Number(isDay && !isDown ? 1 : 0);
                    text.EndRow();
                }
            }

            foreach (var (chunk, count) in text.Batches(500_000))
            {
                written += await BulkLoader.LoadAsync(old, target, chunk, count, CancellationToken.None);
            }
        }

        return written;
    }

    private static async Task<double> ReadBareAsync(SafeMySqlConnection old)
    {
        var watch = Stopwatch.StartNew();
        await using var reader = await old.ExecuteReaderAsync(new CommandDefinition(
            "SELECT snapshot_id, ride_id, UNIX_TIMESTAMP(recorded_at), is_open, status + 0, wait_time, data_source + 0 FROM ride_status_snapshots", commandTimeout: 0));
        while (await reader.ReadAsync())
        {
            reader.GetInt64(0);
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<LegacyView> TaskAsync(BenchHost host, MediatR.IRequest<BuildingBlocks.Outcome<LegacyView>> command)
    {
        _ = (await host.SendAsync(command)).Value;
        while (true)
        {
            var view = (await host.SendAsync(new GetLegacy.Query())).Value;
            if (view.Job is { State: "SUCCEEDED" or "FAILED" or "CANCELLED" })
            {
                return view.Error is null ? view : throw new InvalidOperationException(view.Error);
            }

            await Task.Delay(50);
        }
    }

    /// <summary>A row each few milliseconds on the day after the last, as long as the table takes them.</summary>
    private static async Task<long> WriteAsync(BenchHost host, DateTime from, CancellationToken stop)
    {
        var (written, refused) = (0L, false);
        await using var connection = await host.OpenLegacyAsync("old");
        while (!stop.IsCancellationRequested && !refused)
        {
            try
            {
                await connection.ExecuteAsync(
                    "INSERT INTO ride_status_snapshots (ride_id, recorded_at, status, wait_time, computed_is_open) VALUES (1, @At, 'OPERATING', 5, 1)",
                    new { At = from.AddSeconds(written) });
                written++;
            }
            catch (Exception e) when (MySqlErrors.Number(e) is not null)
            {
                refused = true;
            }

            await Task.Delay(2, CancellationToken.None);
        }

        return written;
    }

    private static async Task<long> CountAsync(BenchHost host, DateTime from)
    {
        await using var connection = await host.Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = 1 AND recorded_at >= @from", new { from }, commandTimeout: 600));
    }
}
