using System.Data.Common;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Retention;

/// <summary>The users the operations page recommends: made from the page itself, one of them working as the host, neither able to do more than it says.</summary>
public sealed partial class DatabaseUserTests : IAsyncLifetime
{
    private const string Password = "test-0123456789";
    private TestDatabase? _test;

    private TestDatabase Test => _test!;

    public async Task InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        await using var root = await Test.Database.OpenAsync(CancellationToken.None);
        foreach (var statement in Recommended())
        {
            await root.ExecuteAsync(statement
                .Replace("`themepark`", $"`{Test.Name}`", StringComparison.Ordinal)
                .Replace("'themepark_", $"'{Test.Name}_", StringComparison.Ordinal)
                .Replace("<host password>", Password, StringComparison.Ordinal)
                .Replace("<maintenance password>", Password, StringComparison.Ordinal));
        }
    }

    public async Task DisposeAsync()
    {
        await using (var root = await Test.Database.OpenAsync(CancellationToken.None))
        {
            await root.ExecuteAsync($"DROP USER IF EXISTS '{Test.Name}_host'@'%', '{Test.Name}_maintenance'@'%'");
        }

        await Test.DisposeAsync();
    }

    [Fact]
    public async Task The_recommended_user_can_run_the_host_and_an_import()
    {
        var archive = await Archives.UtcWeekAsync();
        var place = Directory.CreateTempSubdirectory("tp-user-");
        try
        {
            await using var app = await TestApp.StartAsync(
                Test,
                ("ConnectionStrings:ThemePark", ConnectionOf("host")),
                ("DataDirectory", Path.Combine(place.FullName, "data")),
                ("Archive:Directory", archive.Path),
                ("Archive:RawPath", Path.Combine(place.FullName, "raw")));
            using var started = await app.Admin.PostAsJsonAsync("/api/admin/import/start", new { destination_uuid = archive.Destination });
            var import = await started.Content.ReadFromJsonAsync<JsonElement>();
            var status = import.Text("status");
            for (var patience = 0; patience < 600 && status is "PENDING" or "IN_PROGRESS"; patience++)
            {
                await Task.Delay(100);
                status = (await app.Admin.GetFromJsonAsync<JsonElement>($"/api/admin/import/status/{import.Text("import_id")}")).Text("status");
            }

            status.ShouldBe("COMPLETED", string.Join('\n', app.Log.Lines.TakeLast(20)));
        }
        finally
        {
            place.Delete(recursive: true);
        }

        // It has made partitions as that user.
        await using var root = await Test.Database.OpenAsync(CancellationToken.None);
        (await root.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBeGreaterThan(100);
        (await root.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = 'ride_status_snapshots'")).ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData("ALTER TABLE {0} DROP PARTITION p_max")]
    [InlineData("ALTER TABLE {0} TRUNCATE PARTITION p_max")]
    [InlineData("TRUNCATE TABLE {0}")]
    [InlineData("DROP TABLE {0}")]
    [InlineData("CREATE OR REPLACE TABLE {0} (a INT)")]
    [InlineData("ALTER TABLE {0} RENAME TO gone")]
    public async Task The_host_user_is_denied_what_drops_rows(string statement)
    {
        await using var host = new MySqlDatabase(ConnectionOf("host"));
        await using var connection = await host.OpenAsync(CancellationToken.None);
        foreach (var table in (string[])["ride_status_snapshots", "queue_data", "show_times", "snapshot_days", "collection_runs", "live_entities", "live_parts", "collection_quarantine", "park_schedules", "park_schedule_versions"])
        {
            var e = await Should.ThrowAsync<DbException>(() => connection.ExecuteAsync(statement.Replace("{0}", table, StringComparison.Ordinal)));
            // 1142: the command is denied to the user.
            MySqlErrors.Number(e).ShouldBe(1142, $"{table}: {e.Message}");
        }
    }

    [Fact]
    public async Task The_maintenance_user_can_migrate_and_drop_a_partition()
    {
        await using var maintenance = new MySqlDatabase(ConnectionOf("maintenance"));
        await using var connection = await maintenance.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "ALTER TABLE queue_data REORGANIZE PARTITION p_max INTO (PARTITION p_min VALUES LESS THAN ('2025-01-01'), PARTITION p_max VALUES LESS THAN (MAXVALUE))");
        await connection.ExecuteAsync("ALTER TABLE queue_data DROP PARTITION p_min");
        (await new MigrationRunner(maintenance).UpAsync(CancellationToken.None)).Changed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_partitioned_table_is_in_the_recommended_grants()
    {
        await using var root = await Test.Database.OpenAsync(CancellationToken.None);
        var partitioned = (await root.QueryAsync<string>(
            "SELECT DISTINCT table_name FROM information_schema.partitions WHERE table_schema = DATABASE() AND partition_name IS NOT NULL")).ToList();
        partitioned.ShouldNotBeEmpty();

        Recommended().Select(s => AlterOn().Match(s)).Where(m => m.Success).Select(m => m.Groups["table"].Value).ShouldBe(partitioned, ignoreOrder: true);
    }

    /// <summary>The statements of the page's section, in order.</summary>
    private static List<string> Recommended()
    {
        var sql = Section().Match(Checkout.Read("docs", "operations.md")).Groups["sql"].Value;
        var statements = sql.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        statements.Count(s => s.StartsWith("CREATE USER", StringComparison.Ordinal)).ShouldBe(2);
        statements.Count(s => s.StartsWith("GRANT", StringComparison.Ordinal)).ShouldBe(statements.Count - 2);
        return statements;
    }

    private string ConnectionOf(string user)
    {
        var connection = new DbConnectionStringBuilder { ConnectionString = Test.ConnectionString };
        connection["User ID"] = $"{Test.Name}_{user}";
        connection["Password"] = Password;
        return connection.ConnectionString;
    }

    [GeneratedRegex(@"^## Database users$.*?^```sql\r?\n(?<sql>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^GRANT ALTER ON `themepark`\.`(?<table>\w+)` TO 'themepark_host'")]
    private static partial Regex AlterOn();
}
