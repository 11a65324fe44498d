using System.Diagnostics;
using System.Globalization;
using Dapper;
using Shouldly;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Testing;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.ProcessTests.Operations;

/// <summary>The verb of a restore to a point in time, killed where it hurts.</summary>
public sealed class RestoreKillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("themepark-restore-").FullName;
    private MariaDbServer _server = null!;
    private TestDatabase _test = null!;

    private string Backups => Path.Combine(_root, "backups");

    public async Task InitializeAsync()
    {
        _server = await MariaDbServer.StartLoggingAsync();
        _test = await _server.CreateDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        await _test.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    [Trait("Category", "Drill")]
    public async Task A_restore_to_a_point_in_time_that_is_killed_while_it_loads_and_while_it_changes_tables_ends_the_same()
    {
        await RunAsync("maintenance", "start", "--why", "a drill");
        await WriteAsync(1, 400);
        (await RunAsync("backup", "create")).ShouldContain("leads on to any second from");
        await WriteAsync(401, 500);
        var point = await _test.NextSecondAsync();
        var wanted = await FactsAsync();
        await ExecuteAsync("DELETE FROM ride_status_snapshots; DELETE FROM snapshot_days");
        var wrong = await FactsAsync();
        string[] restore = ["backup", "restore", "--at", point.ToString("s", CultureInfo.InvariantCulture) + "Z", "--yes"];

        await KillWhenAsync("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = @incoming", restore, point);
        (await FactsAsync()).ShouldBe(wrong);
        Directory.GetDirectories(Backups, "scratch-*").ShouldHaveSingleItem();

        await KillWhenAsync("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = @previous", restore, point);
        Directory.GetDirectories(Backups, "scratch-*").ShouldBeEmpty();
        Process.GetProcesses().Where(p => p.ProcessName == "mariadbd").Where(p => CommandLine(p).Contains(Backups, StringComparison.Ordinal)).ShouldBeEmpty();

        var watch = Stopwatch.StartNew();
        (await RunAsync(restore)).ShouldContain("is in place after");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Killed twice, and gone on with in {watch.Elapsed.TotalSeconds:0.0} s"));
        (await FactsAsync()).ShouldBe(wanted);
        (await RunAsync("db", "verify")).ShouldNotBeEmpty();
        (await OneAsync<long>("SELECT COUNT(*) FROM v_snapshots")).ShouldBe(500);
        (await OneAsync<long>("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name IN (@incoming, @previous)", Beside(point))).ShouldBe(1);
        (await RunAsync("backup", "list")).ShouldContain($"to {point:yyyy-MM-dd}");
    }

    // Rows, and their place in the ledger.
    private Task WriteAsync(int first, int last) => ExecuteAsync(
        """
        INSERT INTO ride_status_snapshots (ride_id, recorded_at, status, wait_minutes, data_source, flags)
        SELECT seq, '2026-02-03 12:00:00', 1, seq MOD 90, 1, 3 FROM seq_1_to_1000 WHERE seq BETWEEN @first AND @last;
        INSERT INTO snapshot_days (park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, source_object, checksum, rides, revision, written_at)
        VALUES (@first, '2026-02-03', 1, 1, @last - @first + 1, 0, 0, 'live', REPEAT('x', 32), '', 1, '2026-02-03 13:00:00')
        """,
        new { first, last });

    private async Task KillWhenAsync(string happened, string[] arguments, DateTime point)
    {
        await using var host = HostProcess.Start(arguments, Settings);
        while (await OneAsync<long>(happened, Beside(point)) == 0)
        {
            host.HasExited.ShouldBeFalse(host.Output);
            await Task.Delay(5);
        }

        await host.KillAsync();
    }

    private object Beside(DateTime point)
    {
        var at = point.ToString("'at_'yyyyMMdd't'HHmmss'z'", CultureInfo.InvariantCulture);
        return new { incoming = $"{_test.Name}_restore_{at}", previous = $"{_test.Name}_before_{at}" };
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        await using var host = HostProcess.Start(arguments, Settings);
        (await host.ExitCodeAsync(TimeSpan.FromMinutes(5))).ShouldBe(0, host.Output);
        return host.Output;
    }

    private Dictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["ConnectionStrings__ThemePark"] = _test.ConnectionString,
        ["DataDirectory"] = Path.Combine(_root, "data"),
        ["Backups__Directory"] = Backups,
    }.WithQuietSchedules();

    private Task<IReadOnlyList<TableFact>> FactsAsync() => TableFacts.ReadStillAsync(_test.Database, CancellationToken.None);

    private async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    private async Task<T> OneAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            // It has just ended.
            return "";
        }
    }
}
