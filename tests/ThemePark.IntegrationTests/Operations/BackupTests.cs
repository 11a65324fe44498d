using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Modules.Operations.Features;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.IntegrationTests.Operations;

public sealed class BackupTests(ITestOutputHelper output) : BackupScene
{
    [Fact]
    [Trait("Category", "Drill")]
    public async Task A_backup_is_restored_into_a_scratch_server_and_then_in_the_place_of_the_database_to_the_same_checksums()
    {
        await SendAsync(new StartMaintenance.Command(null, "a backup"));
        var wanted = await FactsAsync();
        var watch = Stopwatch.StartNew();

        var backup = (await SendAsync(new MakeBackup.Command(Verify: true, "nightly"))).Value;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Made, and restored into a scratch server: {watch.Elapsed.TotalSeconds:0.0} s"));
        backup.Consistency.ShouldBe(Consistency.Quiesced);
        backup.Verification!.Problems.ShouldBeEmpty();
        Still(backup.Verification.Tables).ShouldBe(wanted);
        backup.SchemaVersion.ShouldBe(MigrationSet.Embedded.LastVersion);

        await Scene.ExecuteAsync("DELETE FROM ride_status_snapshots; UPDATE snapshot_days SET row_count = 7");
        (await FactsAsync()).ShouldNotBe(wanted);
        watch.Restart();
        var restored = (await SendAsync(new RestoreBackup.Command(backup.Id, null, "all is lost"))).Value;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{restored.Rows} rows in place of the database: {watch.Elapsed.TotalSeconds:0.0} s"));
        (await FactsAsync()).ShouldBe(wanted);
        restored.Rows.ShouldNotBeNull().ShouldBeGreaterThan(2_000);
        // No log leads on from one.
        restored.NextBackup.ShouldBeNull();
        (await Scene.OneAsync<long>("SELECT COUNT(*) FROM v_snapshots")).ShouldBe(2_000);
        // What was there lies beside it, and the warehouse is still in maintenance.
        (await Scene.OneAsync<long>($"SELECT row_count FROM `{restored.Previous}`.snapshot_days")).ShouldBe(7);
        (await SendAsync(new GetMaintenance.Query())).Value.Maintenance.ShouldNotBeNull();

        // Once more, while that still lies there.
        await Scene.ExecuteAsync("DELETE FROM ride_status_snapshots");
        var again = (await SendAsync(new RestoreBackup.Command(backup.Id, null, null))).Value;
        (await FactsAsync()).ShouldBe(wanted);
        again.Previous.ShouldBe(restored.Previous + "_2");
        (await Scene.OneAsync<long>($"SELECT COUNT(*) FROM `{again.Previous}`.ride_status_snapshots")).ShouldBe(0);
        await Scene.ExecuteAsync($"DROP DATABASE `{restored.Previous}`; DROP DATABASE `{again.Previous}`");
    }

    [Fact]
    public async Task A_backup_of_a_warehouse_at_work_is_of_one_transaction_and_its_ledger_fits_its_rows()
    {
        var backup = (await SendAsync(new MakeBackup.Command(Verify: true, null))).Value;

        backup.Consistency.ShouldBe(Consistency.SingleTransaction);
        backup.Verification!.Passed.ShouldBeTrue();
        backup.SourceTables.ShouldBeEmpty();
        var files = Directory.GetFiles(PathOf(backup)).Select(f => Path.GetFileName(f)).Order();
        files.ShouldBe(["backup.json", "database.sql.gz", "raw.jsonl.gz", "settings.json"]);
        var settings = await File.ReadAllTextAsync(Path.Combine(PathOf(backup), "settings.json"));
        settings.ShouldContain("\"Admin:Keys:0:Key\"");
        settings.ShouldNotContain(TestApp.Key);
        settings.ShouldNotContain("Password=");
        if (!OperatingSystem.IsWindows())
        {
            // The hashes of the admin keys are in there.
            File.GetUnixFileMode(PathOf(backup)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_table_that_is_altered_during_the_dump_makes_it_begin_anew()
    {
        await using var blocker = await Scene.Test.Database.OpenAsync(CancellationToken.None);
        // The dump has its instant and waits at a table before snapshot_days when that one changes.
        await blocker.ExecuteAsync("LOCK TABLES rides WRITE");
        var making = SendAsync(new MakeBackup.Command(Verify: true, null));
        while (await Scene.OneAsync<long>(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE 'Waiting for table metadata lock%' AND info LIKE '%rides%'") == 0)
        {
            making.IsCompleted.ShouldBeFalse();
            await Task.Delay(20);
        }

        await Scene.ExecuteAsync("ALTER TABLE snapshot_days FORCE");
        await blocker.ExecuteAsync("UNLOCK TABLES");

        (await making).Value.Verification!.Passed.ShouldBeTrue();
        Scene.App.Log.Lines.ShouldContain(line => line.Contains("The dump begins anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_backup_is_told_and_never_restored()
    {
        await SendAsync(new StartMaintenance.Command(null, null));
        var backup = (await SendAsync(new MakeBackup.Command(Verify: false, null))).Value;
        (await SendAsync(new RestoreBackup.Command(backup.Id, null, null))).Failure.ShouldExplain(
            "RESTORE_FAILED", "Backup … was never restored into a scratch server without a problem. Run `backup verify …` first.", "exit 1");

        await using (var file = File.OpenWrite(Path.Combine(PathOf(backup), BackupMaker.Dump)))
        {
            file.Seek(-20, SeekOrigin.End);
            file.WriteByte(0);
        }

        var verified = (await SendAsync(new VerifyBackup.Command(backup.Id))).Value;
        verified.Verification!.Problems.ShouldHaveSingleItem().ShouldContain("SHA-256");
        (await SendAsync(new RestoreBackup.Command(backup.Id, null, null))).Failure!.Code.ShouldBe("RESTORE_FAILED");
        (await SendAsync(new ListBackups.Query())).Value.Data.ShouldHaveSingleItem().Verified.ShouldBe(false);
        (await SendAsync(new RestoreBackup.Command(null, DateTimeOffset.MaxValue, null))).Failure.ShouldExplain("BACKUP_NOT_FOUND", "No backup in … until … UTC is known to restore. No point between backups can be reached.", "exit 10");
    }

    [Fact]
    [Trait("Category", "Drill")]
    public async Task A_restore_that_fails_leaves_everything_as_it_was_and_one_that_was_interrupted_is_gone_on_with()
    {
        await SendAsync(new StartMaintenance.Command(null, null));
        var backup = (await SendAsync(new MakeBackup.Command(Verify: true, null))).Value;
        await Scene.ExecuteAsync("UPDATE snapshot_days SET written_at = '2020-01-01'");
        var before = await FactsAsync();
        await RewriteDumpAsync(backup, sql => sql.Replace("CREATE TABLE `snapshot_days`", "CREATE TABLE `snapshot_days` (nonsense", StringComparison.Ordinal));

        var failed = (await SendAsync(new RestoreBackup.Command(backup.Id, null, null))).Failure!;

        failed.ShouldExplain("RESTORE_FAILED", "Backup … could not be restored, everything is as before: …", "exit 1");
        (await FactsAsync()).ShouldBe(before);
        (await Scene.OneAsync<long>("SELECT COUNT(*) FROM v_snapshots")).ShouldBe(2_000);

        // As a server leaves it that died in the middle of the change: one table has moved, its successor has not come yet, and the views are gone.
        Scene.Clock.Advance(TimeSpan.FromMinutes(1));
        var good = (await SendAsync(new MakeBackup.Command(Verify: true, null))).Value;
        var (incoming, previous) = ($"{Scene.Test.Name}_restore_{good.Id.ToLowerInvariant()}", $"{Scene.Test.Name}_before_{good.Id.ToLowerInvariant()}");
        await Scene.ExecuteAsync($"CREATE DATABASE `{incoming}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; CREATE DATABASE `{previous}`");
        await using (var copy = new MySqlDatabase(Scene.Test.ConnectionString.Replace(Scene.Test.Name, incoming, StringComparison.Ordinal)))
        {
            await BackupVerifier.LoadAsync(PathOf(good), copy, CancellationToken.None);
            await BackupRestorer.KeepViewsAsync(copy, CancellationToken.None);
        }

        await Scene.ExecuteAsync($"DROP VIEW v_ledger; DROP VIEW v_snapshots; RENAME TABLE snapshot_days TO `{previous}`.snapshot_days");
        (await SendAsync(new RestoreBackup.Command(good.Id, null, null))).Failure.ShouldBeNull();
        (await FactsAsync()).ShouldBe(before);
        (await Scene.OneAsync<long>("SELECT COUNT(*) FROM v_snapshots")).ShouldBe(2_000);
        (await Scene.OneAsync<long>("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = @incoming", new { incoming })).ShouldBe(0);
        await Scene.ExecuteAsync($"DROP DATABASE `{previous}`");
    }

    [Fact]
    public async Task Two_backups_are_not_made_at_once()
    {
        using var scope = Scene.App.Services.CreateScope();
        using (scope.ServiceProvider.GetRequiredService<BackupStore>().Alone())
        {
            (await SendAsync(new MakeBackup.Command(Verify: false, null))).Failure.ShouldExplain("BACKUP_FAILED", "Another backup is being made or restored in ….", "exit 1");
        }

        (await SendAsync(new MakeBackup.Command(Verify: false, null))).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Outside_of_a_maintenance_nothing_is_restored()
    {
        var backup = (await SendAsync(new MakeBackup.Command(Verify: true, null))).Value;

        (await SendAsync(new RestoreBackup.Command(backup.Id, null, null))).Failure.ShouldExplain(
            "RESTORE_FAILED", "The warehouse is not in maintenance: others would write while its tables are replaced. Run `maintenance start` first.", "exit 1");
    }

    [Fact]
    public async Task Without_a_log_of_the_server_nothing_leads_to_a_point_after_a_backup_and_it_says_so()
    {
        await SendAsync(new StartMaintenance.Command(null, null));
        var backup = (await SendAsync(new MakeBackup.Command(Verify: true, null))).Value;

        backup.Log.ShouldBeNull();
        var item = (await SendAsync(new ListBackups.Query())).Value.Data.ShouldHaveSingleItem();
        (item.Reach, item.ReachableFrom, item.ReachableTo, item.ReachEnds).ShouldBe(("ITSELF", null, null, "The server writes no binary log."));
        var before = await FactsAsync();
        (await SendAsync(new RestoreBackup.Command(null, Scene.Clock.GetUtcNow().AddHours(1), null))).Failure.ShouldExplain(
            "POINT_UNREACHABLE",
            "Nothing leads from backup … to … UTC. The server writes no binary log. No point between backups can be reached. `backup restore …` goes back to it and loses what came after.",
            "exit 1");
        (await FactsAsync()).ShouldBe(before);
    }

    private string PathOf(Backup backup)
    {
        using var scope = Scene.App.Services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<BackupStore>().PathOf(backup.Id);
    }

    private async Task RewriteDumpAsync(Backup backup, Func<string, string> rewrite)
    {
        var path = Path.Combine(PathOf(backup), BackupMaker.Dump);
        string sql;
        await using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
        using (var reader = new StreamReader(packed))
        {
            sql = rewrite(await reader.ReadToEndAsync());
        }

        await using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        await using (var writer = new StreamWriter(packed))
        {
            await writer.WriteAsync(sql);
        }

        // Whoever damages the description too is not caught by hashes.
        using var scope = Scene.App.Services.CreateScope();
        var file = await BackupStore.DescribeAsync(path, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<BackupStore>().UpdateAsync(
            backup with { Files = [.. backup.Files.Select(f => f.Name == file.Name ? file : f)] }, CancellationToken.None);
    }

    private static IReadOnlyList<TableFact> Still(IReadOnlyList<TableFact> facts) => [.. facts.Where(f => TableFacts.IsStill(f.Table))];
}
