using System.Globalization;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.ProcessTests.Import;

/// <summary>An existing warehouse is brought over, shown and put back while its own system writes and every process that works on it is killed.</summary>
[Collection("import processes")]
public sealed class LegacyKillTests(ImportArchive archive, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Days = 40;
    private const int KnownRides = 30;
    private const int Kills = 3;
    private ImportScene _scene = null!;
    private TestDatabase _theirs = null!;

    public async Task InitializeAsync()
    {
        _scene = await ImportScene.CreateAsync(archive);
        _theirs = await archive.Server.CreateDatabaseAsync(migrate: false);
        await ExecuteAsync(_scene.Database, Catalogue, new { KnownRides });
        await ExecuteAsync(_theirs.Database, TextbookWarehouse, new { Rides = KnownRides + 1, Rows = Days * 144 });
    }

    public async Task DisposeAsync()
    {
        await _scene.DisposeAsync();
        await _theirs.DisposeAsync();
    }

    [Fact]
    [Trait("Category", "Drill")]
    public async Task Copy_swap_and_rollback_are_killed_at_random_and_no_row_is_lost_or_doubled()
    {
        var seed = Random.Shared.Next();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}"));
        var random = new Random(seed);
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync(stop.Token);

        (await RunAsync("copy")).ShouldBe(0);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var before = await CopiedDaysAsync();
            before.ShouldBeLessThan(Days, string.Create(CultureInfo.InvariantCulture, $"Kill {kill} of seed {seed} comes too late: every day is copied."));
            var host = StartHost(string.Create(CultureInfo.InvariantCulture, $"copy {kill}"));
            await _scene.UntilAsync(async () => await CopiedDaysAsync() > before, 60, "another day is copied");
            await Task.Delay(random.Next(0, 150));
            await host.KillAsync();
            var copied = await CopiedDaysAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Kill {kill} with {copied} of {Days} days copied"));
        }

        var last = StartHost("copied");
        await DoneAsync("COPIED");
        await last.KillAsync();
        (await RunAsync("verify")).ShouldBe(0);

        await KillWhenAsync("SWAPPING", "swap", "--accept-unknown");
        last = StartHost("swapped");
        await DoneAsync("SWAPPED");
        await last.KillAsync();
        await stop.CancelAsync();
        var written = await writing;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The old system wrote {written} rows until its table was gone"));
        var away = await _scene.OneAsync<long>("SELECT write_down_ms FROM legacy_copies");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"With the kill in the middle of the swap its writers stood still for {away / 1000.0:0.0} s"));
        written.ShouldBeGreaterThan(0);
        (await ContentAsync("ride_status_snapshots")).ShouldBe(await ContentAsync("ride_status_snapshots_legacy"));
        (await OneAsync("SELECT COUNT(*) FROM ride_status_snapshots_legacy")).ShouldBe(((KnownRides + 1) * Days * 144) + written);
        (await _scene.OneAsync<long>("SELECT CAST(SUM(listed - copied - duplicates - kept - unknown_rows - odd) AS SIGNED) FROM legacy_days")).ShouldBe(0);

        await KillWhenAsync("ROLLING_BACK", "rollback");
        StartHost("rolled back");
        await DoneAsync("ROLLED_BACK");
        (await OneAsync("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'VIEW'")).ShouldBe(0);
        (await OneAsync("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(((KnownRides + 1) * Days * 144) + written);
        (await OneAsync("SELECT COUNT(*) FROM (SELECT 1 FROM ride_status_snapshots GROUP BY ride_id, recorded_at HAVING COUNT(*) > 1) AS doubled")).ShouldBe(0);
    }

    private HostProcess StartHost(string node) => _scene.StartHost(
        node, ("Jobs__HeartbeatInterval", "00:00:00.3"), ("Jobs__DeadAfter", "00:00:01.5"), ("Legacy__ConnectionString", _theirs.ConnectionString));

    private HostProcess Start(params string[] arguments) => HostProcess.Start(
        ["legacy", .. arguments],
        new Dictionary<string, string>(_scene.Settings("operator")) { ["Legacy__ConnectionString"] = _theirs.ConnectionString });

    private async Task<int> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        var code = await process.ExitCodeAsync();
        output.WriteLine(ImportScene.Tail(process));
        return code;
    }

    /// <summary>Runs a verb, which works in its own process, and kills it as soon as the copy is in that state.</summary>
    private async Task KillWhenAsync(string state, params string[] arguments)
    {
        await using var process = Start(arguments);
        await UntilAsync(state);
        await process.KillAsync();
    }

    private Task<TimeSpan> UntilAsync(string state) => _scene.UntilAsync(
        async () => await _scene.OneAsync<long>("SELECT COUNT(*) FROM legacy_copies WHERE state = @state", new { state }) == 1, 60, $"the copy is {state}");

    private async Task DoneAsync(string state)
    {
        await UntilAsync(state);
        await _scene.UntilAsync(async () => await _scene.OneAsync<long>("SELECT COUNT(*) FROM jobs AS j JOIN legacy_copies AS c ON c.job_id = j.job_id WHERE j.state = 'SUCCEEDED'") == 1, 60, "its job has ended");
    }

    private Task<long> CopiedDaysAsync() => _scene.OneAsync<long>("SELECT COUNT(*) FROM legacy_days WHERE state = 'COPIED'");

    private async Task<long> OneAsync(string sql)
    {
        await using var connection = await _theirs.Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<long>(sql);
    }

    /// <summary>What old readers see of the rides we know.</summary>
    private async Task<string> ContentAsync(string table)
    {
        await using var connection = await _theirs.Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<string>(
            $"""
            SELECT CONCAT_WS(' ', COUNT(*), SUM(CRC32(CONCAT_WS('|', ride_id, DATE_FORMAT(recorded_at, '%Y-%m-%d %H:%i:%s'), COALESCE(status, '-'), COALESCE(wait_time, '-'), computed_is_open))))
            FROM {Identifier.Quote(table)} WHERE ride_id <= {KnownRides}
            """);
    }

    /// <summary>As the old system polls, a row each few milliseconds, until its table is not there any more; the rows it was told are written.</summary>
    private async Task<long> WriteAsync(CancellationToken stop)
    {
        var written = 0L;
        await using var connection = await _theirs.Database.OpenAsync(CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await connection.ExecuteAsync(
                    "INSERT INTO ride_status_snapshots (ride_id, recorded_at, status, wait_time, computed_is_open) VALUES (1, @At, 'OPERATING', 5, 1)",
                    new { At = new DateTime(2025, 6, 1).AddSeconds(written) });
                written++;
            }
            catch (System.Data.Common.DbException)
            {
                // Frozen: a system that polls has lost this one and tries the next.
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return written;
    }

    private static async Task ExecuteAsync(MySqlDatabase database, string sql, object parameters)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    private const string Catalogue =
        """
        INSERT INTO destinations (destination_id, uuid, name) VALUES (1, '10000000-0000-4000-8000-000000000001', 'East');
        INSERT INTO parks (park_id, destination_id, uuid, name, timezone) VALUES (1, 1, '20000000-0000-4000-8000-000000000001', 'East park', 'America/New_York');
        INSERT INTO rides (ride_id, park_id, uuid, name, entity_type, created_from)
            SELECT seq, 1, CONCAT('30000000-0000-4000-8000-', LPAD(seq, 12, '0')), CONCAT('Ride ', seq), 'ATTRACTION', 'TEST' FROM seq_1_to_100 WHERE seq <= @KnownRides;
        """;

    private const string TextbookWarehouse =
        $"""
        CREATE TABLE parks (park_id INT NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL);
        CREATE TABLE rides (ride_id INT NOT NULL PRIMARY KEY, themeparks_wiki_id CHAR(36) NULL, park_id INT NOT NULL, name VARCHAR(255) NOT NULL);
        {TextbookSnapshots.CreateTable};
        INSERT INTO parks (park_id, name) VALUES (1, 'Park');
        INSERT INTO rides (ride_id, themeparks_wiki_id, park_id, name)
            SELECT seq, CONCAT('30000000-0000-4000-8000-', LPAD(seq, 12, '0')), 1, CONCAT('Ride ', seq) FROM seq_1_to_100 WHERE seq <= @Rides;
        INSERT INTO ride_status_snapshots (ride_id, recorded_at, is_open, status, wait_time, computed_is_open)
            SELECT r.ride_id, '2025-03-01' + INTERVAL (t.seq - 1) * 10 MINUTE, t.seq MOD 7 < 5, IF(t.seq MOD 7 < 5, 'OPERATING', 'CLOSED'), IF(t.seq MOD 7 < 5, 5 * (t.seq MOD 12), NULL), t.seq MOD 7 < 5
            FROM seq_1_to_10000 AS t CROSS JOIN rides AS r WHERE t.seq <= @Rows ORDER BY t.seq, r.ride_id;
        """;
}
