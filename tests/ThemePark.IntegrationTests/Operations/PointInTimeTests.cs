using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Console;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Modules.Operations.Features;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.IntegrationTests.Operations;

/// <summary>A backup, and the binary log of a server that is set as <c>deploy/binlog.cnf</c> has it.</summary>
public sealed class PointInTimeTests(PointInTimeTests.LoggingServer server, ITestOutputHelper output) : BackupScene, IClassFixture<PointInTimeTests.LoggingServer>
{
    protected override Task<TestDatabase> CreateDatabaseAsync() => server.Server.CreateDatabaseAsync();

    [Fact]
    [Trait("Category", "Drill")]
    public async Task The_database_is_brought_to_any_second_since_a_backup_to_the_checksums_it_had_then()
    {
        var backup = (await SendAsync(new MakeBackup.Command(Verify: true, "before it"))).Value;
        backup.Verification!.Problems.ShouldBeEmpty();
        await Scene.PartitionsAsync(Day.AddMonths(4), Day.AddMonths(4));
        await Scene.WriteDayAsync(Day.AddMonths(4), rides: 10, rowsPerRide: 50);
        await Scene.ExecuteAsync("UPDATE snapshot_days SET revision = 2; DELETE FROM ride_status_snapshots WHERE ride_id = 1");
        // Another database of the server, with a table of the same name.
        var other = $"{Scene.Test.Name}_other";
        await using (var connection = await Scene.Test.Database.OpenDedicatedAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync($"CREATE DATABASE {other}; USE {other}; CREATE TABLE snapshot_days (row_count INT)");
        }

        await Scene.ExecuteAsync($"INSERT INTO {other}.snapshot_days VALUES (1); FLUSH BINARY LOGS");
        var (first, ofFirst) = (await Scene.Test.NextSecondAsync(), await FactsAsync());
        await Scene.WriteDayAsync(Day.AddDays(1), rides: 5, rowsPerRide: 30);
        await Scene.ExecuteAsync($"UPDATE snapshot_days SET revision = 3; UPDATE {other}.snapshot_days SET row_count = 2");
        var (second, ofSecond) = (await Scene.Test.NextSecondAsync(), await FactsAsync());
        await Scene.ExecuteAsync("DELETE FROM ride_status_snapshots; UPDATE snapshot_days SET row_count = 7");
        ofFirst.ShouldNotBe(ofSecond);

        var item = (await SendAsync(new ListBackups.Query())).Value.Data.ShouldHaveSingleItem();
        item.Reach.ShouldBe("TO_NOW");
        item.ReachableFrom.ShouldBe(backup.Log!.At);
        item.ReachableFrom.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(first);
        item.ReachableTo.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(second);
        using (var browser = await Browser.SignedInAsync(Scene.App))
        {
            (await browser.PageAsync("/console/maintenance")).ShouldContain("any second from");
        }

        await SendAsync(new StartMaintenance.Command(null, "one wrong statement"));
        var watch = Stopwatch.StartNew();
        // The log knows whole seconds.
        var restored = (await RestoreAsync(second.AddSeconds(0.9))).Value;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{restored.Rows} rows as of a second between two backups, in place of the database: {watch.Elapsed.TotalSeconds:0.0} s"));
        (await FactsAsync()).ShouldBe(ofSecond);
        (restored.Backup.Id, restored.Until).ShouldBe((backup.Id, second));
        (await Scene.OneAsync<long>("SELECT COUNT(*) FROM v_snapshots")).ShouldBe((19 * 100) + (9 * 50) + (5 * 30));
        (await Scene.OneAsync<long>($"SELECT MAX(row_count) FROM `{restored.Previous}`.snapshot_days")).ShouldBe(7);
        (await SendAsync(new GetMaintenance.Query())).Value.Maintenance.ShouldNotBeNull();
        // What comes now needs a backup of its own, which a job makes.
        (await Scene.OneAsync<string>("SELECT job_name FROM jobs WHERE job_id = @id", new { id = restored.NextBackup })).ShouldBe("operations.backup.v1");

        // It was the first one that was wanted: the history before the restore is still there.
        (await RestoreAsync(first)).Failure.ShouldBeNull();
        (await FactsAsync()).ShouldBe(ofFirst);
        (await Scene.OneAsync<long>($"SELECT row_count FROM {other}.snapshot_days")).ShouldBe(2);

        (await RestoreAsync(await Scene.Test.NextSecondAsync())).Failure.ShouldExplain(
            "POINT_UNREACHABLE",
            "Nothing leads from backup … to … UTC. The restore of … UTC began another history: what came after it needs a backup made after it. What can be reached, UTC: …. `backup restore …` goes back to it and loses what came after.",
            "exit 1");
        Scene.Clock.Advance(TimeSpan.FromMinutes(1));
        (await SendAsync(new MakeBackup.Command(Verify: false, null))).Succeeded.ShouldBeTrue();
        (await SendAsync(new ListBackups.Query())).Value.Data.Select(b => b.Reach).ShouldBe(["TO_NOW", "TO_RESTORE"]);

        await Scene.ExecuteAsync($"DROP DATABASE {other}");
    }

    [Fact]
    public async Task A_point_that_cannot_be_reached_is_refused_before_anything_is_touched_and_what_can_be_is_named()
    {
        await SendAsync(new StartMaintenance.Command(null, null));
        var early = await Scene.Test.NextSecondAsync();
        var backup = await VouchedAsync();
        // The log knows nothing of rows that went, and has them come again.
        await using (var silent = await Scene.Test.Database.OpenDedicatedAsync(CancellationToken.None))
        {
            await silent.ExecuteAsync("SET SESSION sql_log_bin = 0; DELETE FROM snapshot_days; DELETE FROM ride_status_snapshots");
        }

        await Scene.WriteDayAsync(Day, rides: 20, rowsPerRide: 100);
        var point = await Scene.Test.NextSecondAsync();
        var before = await FactsAsync();
        (await RestoreAsync(early)).Failure.ShouldExplain("BACKUP_NOT_FOUND", "No backup in … until … UTC is known to restore. What can be reached, UTC: ….", "exit 10");
        (await RestoreAsync(point.AddYears(1))).Failure.ShouldExplain(
            "POINT_UNREACHABLE",
            "Nothing leads from backup … to … UTC. That is yet to come. What can be reached, UTC: …. `backup restore …` goes back to it and loses what came after.",
            "exit 1");
        var unfit = (await RestoreAsync(point)).Failure.ShouldNotBeNull();
        unfit.ShouldExplain("RESTORE_FAILED", "Backup … could not be restored, everything is as before: …", "exit 1");
        unfit.Message.ShouldEndWith("for key 'PRIMARY'");
        Directory.GetDirectories(Backups, "scratch-*").ShouldBeEmpty();

        // A server that was set up anew has files of the same names.
        await UpdateAsync(backup with { Log = backup.Log! with { Stamp = "20260101 00:00:00 server 1" } });
        (await RestoreAsync(point)).Failure.ShouldExplain(
            "POINT_UNREACHABLE",
            "Nothing leads from backup … to … UTC. The server's … is not the file it was made beside, but one begun …. No point between backups can be reached. `backup restore …` goes back to it and loses what came after.",
            "exit 1");

        await UpdateAsync(backup);
        await PurgeAsync();
        (await RestoreAsync(point)).Failure.ShouldExplain(
            "POINT_UNREACHABLE",
            "Nothing leads from backup … to … UTC. The server's log has no … any more, where it would have to begin. No point between backups can be reached. `backup restore …` goes back to it and loses what came after.",
            "exit 1");
        (await SendAsync(new ListBackups.Query())).Value.Data.ShouldHaveSingleItem().Reach.ShouldBe("ITSELF");
        (await FactsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_user_needs_what_the_page_grants_to_read_the_log_and_without_it_nothing_is_known()
    {
        var backup = await VouchedAsync();
        var user = $"{Scene.Test.Name}_reader";
        const string Grant = "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO 'themepark_maintenance'@'%'";
        Checkout.Read("docs", "operations.md").ShouldContain(Grant);
        await Scene.ExecuteAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'reader-0123456789'; GRANT ALL PRIVILEGES ON `{Scene.Test.Name}`.* TO '{user}'@'%'");
        try
        {
            var login = Scene.Test.ConnectionString.Split(';').Select(w => w.StartsWith("User ID=", StringComparison.OrdinalIgnoreCase) ? $"User ID={user}"
                : w.StartsWith("Password=", StringComparison.OrdinalIgnoreCase) ? "Password=reader-0123456789" : w);
            await using var database = new MySqlDatabase(string.Join(';', login), maxPoolSize: 1);
            var store = Scene.App.Services.GetRequiredService<BackupStore>();

            var (_, without) = (await new Reaches(store, new BinaryLog(database)).ReadAsync(CancellationToken.None)).ShouldHaveSingleItem();
            (without.State, without.From, without.To).ShouldBe((ReachState.Unknown, backup.Log!.At, null));
            without.Why.ShouldNotBeNull().ShouldContain("BINLOG MONITOR");

            await Scene.ExecuteAsync(Grant.Replace("'themepark_maintenance'", $"'{user}'", StringComparison.Ordinal));
            await using var granted = new MySqlDatabase(string.Join(';', login), maxPoolSize: 2);
            (await new Reaches(store, new BinaryLog(granted)).ReadAsync(CancellationToken.None)).ShouldHaveSingleItem().Reach.State.ShouldBe(ReachState.ToNow);
        }
        finally
        {
            await Scene.ExecuteAsync($"DROP USER '{user}'@'%'");
        }
    }

    /// <summary>A backup that counts as restored: whether it restores is asked elsewhere.</summary>
    private async Task<Backup> VouchedAsync()
    {
        var backup = (await SendAsync(new MakeBackup.Command(Verify: false, null))).Value;
        backup.NoLog.ShouldBeNull();
        backup = backup with { Verification = new Verification(backup.CreatedAt, 1, backup.ServerVersion, [], []) };
        await UpdateAsync(backup);
        return backup;
    }

    private Task UpdateAsync(Backup backup) => Scene.App.Services.GetRequiredService<BackupStore>().UpdateAsync(backup, CancellationToken.None);

    // Whoever read a file a moment ago keeps it for a moment.
    private async Task PurgeAsync()
    {
        await Scene.ExecuteAsync("FLUSH BINARY LOGS");
        await using var connection = await Scene.Test.Database.OpenAsync(CancellationToken.None);
        string[] files;
        while ((files = [.. (await connection.QueryAsync<(string Name, long Bytes)>("SHOW BINARY LOGS")).Select(f => f.Name)]).Length > 1)
        {
            await connection.ExecuteAsync($"PURGE BINARY LOGS TO '{files[^1]}'");
            await Task.Delay(50);
        }
    }

    private Task<Outcome<Restored>> RestoreAsync(DateTime utc) => SendAsync(new RestoreBackup.Command(null, new DateTimeOffset(utc), null));

    public sealed class LoggingServer : IAsyncLifetime
    {
        public MariaDbServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await MariaDbServer.StartLoggingAsync();

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
