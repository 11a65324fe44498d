using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Cli;
using ThemePark.Testing;
using Xunit;
using static ThemePark.ProcessTests.Embedded.EmbeddedDirectory;

namespace ThemePark.ProcessTests.Embedded;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedMariaDbTests : IDisposable
{
    private readonly EmbeddedDirectory _directory = new();

    [Fact]
    public async Task Data_and_port_survive_a_restart()
    {
        int port;
        await using (var first = await _directory.StartAsync())
        {
            port = first.Port;
            await ScalarAsync(first, "CREATE DATABASE kept");
        }

        _directory.Servers().ShouldBeEmpty();
        await using var second = await _directory.StartAsync();

        second.Port.ShouldBe(port);
        (await ScalarAsync(second, "SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'kept'")).ShouldBe("kept");
        (await File.ReadAllTextAsync(Path.Combine(_directory.MariaDb, "mariadbd.log"))).ShouldNotContain("crash recovery");
    }

    [Fact]
    public async Task The_server_runs_with_the_settings_the_warehouse_relies_on()
    {
        await using var embedded = await EmbeddedMariaDb.StartAsync(new EmbeddedMariaDbOptions(_directory.Data), NullLogger.Instance, CancellationToken.None);

        (await ScalarAsync(
            embedded,
            """
            SELECT CONCAT_WS(' ', @@tx_isolation, @@character_set_server, @@collation_server, @@local_infile, @@skip_name_resolve, @@time_zone,
                @@innodb_flush_log_at_trx_commit, @@innodb_flush_method, @@performance_schema, @@log_bin, @@event_scheduler, @@bind_address)
            """)).ShouldBe("READ-COMMITTED utf8mb4 utf8mb4_bin ON ON +00:00 2 O_DIRECT OFF OFF OFF 127.0.0.1");
        var pool = long.Parse((await ScalarAsync(embedded, "SELECT @@innodb_buffer_pool_size"))!, CultureInfo.InvariantCulture);
        pool.ShouldBeGreaterThanOrEqualTo(128L << 20);
        pool.ShouldBeLessThan(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
    }

    [Fact]
    public async Task Only_the_owner_of_the_files_can_read_the_password()
    {
        await using var embedded = await _directory.StartAsync();

        foreach (var file in new[] { "password", "init.sql", "server.cnf" })
        {
            File.GetUnixFileMode(Path.Combine(_directory.MariaDb, file)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }

        embedded.ConnectionString.ShouldContain((await File.ReadAllTextAsync(Path.Combine(_directory.MariaDb, "password"))).Trim());
    }

    [Fact]
    public async Task A_killed_server_comes_back_on_its_port_without_losing_a_commit()
    {
        await using var embedded = await _directory.StartAsync();
        await ScalarAsync(embedded, "CREATE DATABASE d");
        await ScalarAsync(embedded, "CREATE TABLE d.t (a INT)");
        await ScalarAsync(embedded, "INSERT INTO d.t VALUES (7)");
        var before = _directory.Servers().ShouldHaveSingleItem();

        for (var kill = 0; kill < 3; kill++)
        {
            Kill(_directory.Servers().ShouldHaveSingleItem());
            (await EventuallyAsync(() => ScalarAsync(embedded, "SELECT SUM(a) FROM d.t"), value => value is "7")).ShouldBe("7");
        }

        _directory.Servers().ShouldHaveSingleItem().ShouldNotBe(before);
    }

    [Fact]
    public async Task A_binary_log_is_written_when_asked_for_and_removed_when_not_so_that_it_never_has_a_gap()
    {
        await using (var logging = await _directory.StartAsync(logDays: 3))
        {
            (await ScalarAsync(logging, "SELECT CONCAT_WS(' ', @@log_bin, @@binlog_format, @@binlog_expire_logs_seconds)")).ShouldBe("ON ROW 259200");
            await ScalarAsync(logging, "CREATE DATABASE d");
            await ScalarAsync(logging, "CREATE TABLE d.t (a INT)");
            await ScalarAsync(logging, "INSERT INTO d.t VALUES (7)");
            // Not stopped: what it had committed is for the next start to find out.
            Kill(_directory.Servers().ShouldHaveSingleItem());
        }

        var log = Path.Combine(_directory.MariaDb, "binlog");
        // Somebody without the service's settings starts it.
        await using (var unaware = await _directory.StartAsync())
        {
            (await ScalarAsync(unaware, "SELECT CONCAT_WS(' ', @@log_bin, (SELECT SUM(a) FROM d.t))")).ShouldBe("ON 7");
        }

        Directory.GetFiles(log, "log.0*").Length.ShouldBeGreaterThan(1);
        await using (var silent = await _directory.StartAsync(logDays: 0))
        {
            (await ScalarAsync(silent, "SELECT CONCAT_WS(' ', @@log_bin, (SELECT SUM(a) FROM d.t))")).ShouldBe("OFF 7");
            Directory.Exists(log).ShouldBeFalse();
            await ScalarAsync(silent, "INSERT INTO d.t VALUES (8)");
        }

        await using var again = await _directory.StartAsync(logDays: 3);
        (await ScalarAsync(again, "SELECT SUM(a) FROM d.t")).ShouldBe("15");
        Directory.GetFiles(log, "log.0*").Select(f => Path.GetFileName(f)).ShouldBe(["log.000001"]);
    }

    [Fact]
    public async Task Two_users_share_one_server_and_the_last_one_stops_it()
    {
        var first = await _directory.StartAsync();
        var second = await _directory.StartAsync();
        second.Port.ShouldBe(first.Port);
        (first.IsOwner, second.IsOwner).ShouldBe((true, false));

        await second.DisposeAsync();
        (await ScalarAsync(first, "SELECT 1")).ShouldBe("1");

        await using (var third = await _directory.StartAsync())
        {
            await first.DisposeAsync();
            // The starter left while another uses the server: it stays, and is looked after.
            (await ScalarAsync(third, "SELECT 1")).ShouldBe("1");
            (await EventuallyAsync(() => Task.FromResult(third.IsOwner), owner => owner)).ShouldBeTrue();
            Kill(_directory.Servers().ShouldHaveSingleItem());
            (await EventuallyAsync(() => ScalarAsync(third, "SELECT 2"), value => value is "2")).ShouldBe("2");
        }

        _directory.Servers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_that_start_at_once_get_one_server()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(_directory.StartAsync)));

        all.Select(embedded => embedded.Port).Distinct().ShouldHaveSingleItem();
        all.Count(embedded => embedded.IsOwner).ShouldBe(1);
        _directory.Servers().ShouldHaveSingleItem();
        await Task.WhenAll(all.Select(embedded => embedded.DisposeAsync().AsTask()));
        _directory.Servers().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_initialisation_that_was_killed_leaves_nothing_that_looks_finished()
    {
        var half = Directory.CreateDirectory(Path.Combine(_directory.MariaDb, "data.new-0", "mysql"));
        await File.WriteAllTextAsync(Path.Combine(half.FullName, "global_priv.MAD"), "torn");

        await using var embedded = await _directory.StartAsync();

        (await ScalarAsync(embedded, "SELECT 1")).ShouldBe("1");
        half.Parent!.Refresh();
        half.Parent.Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task A_stale_endpoint_with_the_id_of_another_process_is_not_believed()
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        var port = ((IPEndPoint)stranger.LocalEndpoint).Port;
        Directory.CreateDirectory(_directory.MariaDb);
        await File.WriteAllTextAsync(
            Path.Combine(_directory.MariaDb, "endpoint.json"), $$"""{"pid":{{Environment.ProcessId}},"port":{{port}},"server":"x"}""");

        await using var embedded = await _directory.StartAsync();

        embedded.Port.ShouldNotBe(port);
        (await ScalarAsync(embedded, "SELECT 1")).ShouldBe("1");
    }

    [Fact]
    public async Task A_machine_without_mariadb_is_told_what_to_install()
    {
        var options = new EmbeddedMariaDbOptions(_directory.Data, BinaryDirectories: ["/nowhere"]);

        var e = await Should.ThrowAsync<EmbeddedMariaDbException>(() => EmbeddedMariaDb.StartAsync(options, NullLogger.Instance, CancellationToken.None));

        CliErrors.Of(e).ShouldExplain("DATABASE_UNREACHABLE", "No MariaDB server (mariadbd or mysqld) in …. Install it …", "exit 12");
        e.Message.ShouldContain("apt-get install mariadb-server");
        e.Message.ShouldContain("ConnectionStrings__ThemePark");
        e.Message.ShouldContain("/nowhere");
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        await using (await _directory.StartAsync())
        {
        }

        File.Delete(Path.Combine(_directory.MariaDb, "data", "ibdata1"));

        var e = await Should.ThrowAsync<EmbeddedMariaDbException>(_directory.StartAsync);

        CliErrors.Of(e).ShouldExplain("DATABASE_UNREACHABLE", "… ended. The end of …", "exit 12");
        e.Message.ShouldContain("mariadbd ended");
        e.Message.ShouldContain("InnoDB");
    }

    public void Dispose() => _directory.Dispose();

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
        process.WaitForExit();
    }
}
