using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Testing;

namespace ThemePark.ProcessTests.Import;

/// <summary>A database of its own, on the archive's server unless said otherwise, and the hosts that work on it.</summary>
internal sealed class ImportScene : IAsyncDisposable
{
    private readonly ImportArchive _archive;
    private readonly TestDatabase _test;
    private readonly List<(string Name, HostProcess Host)> _hosts = [];

    private ImportScene(ImportArchive archive, TestDatabase test) => (_archive, _test) = (archive, test);

    public MySqlDatabase Database => _test.Database;

    /// <param name="test">A database elsewhere than on the archive's server; goes with the scene.</param>
    public static async Task<ImportScene> CreateAsync(ImportArchive archive, TestDatabase? test = null)
    {
        var scene = new ImportScene(archive, test ?? await archive.Server.CreateDatabaseAsync());
        // What an import has checked afterwards would be one more job to be killed, and is not what these tests are about.
        await using var connection = await scene.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("INSERT INTO job_pauses (scope, subject, paused_at, paused_by) VALUES ('QUEUE', 'quality', UTC_TIMESTAMP(3), 'test')");
        return scene;
    }

    /// <param name="node">Names the host in the cluster.</param>
    public Dictionary<string, string> Settings(string node) => new Dictionary<string, string>
    {
        ["ConnectionStrings__ThemePark"] = _test.ConnectionString,
        ["DataDirectory"] = Path.Combine(_archive.Root, _test.Name),
        ["Archive__Directory"] = _archive.Archive,
        ["Jobs__NodeId"] = node,
    }.WithQuietSchedules();

    /// <summary>A node that runs jobs, and answers requests when its settings name `urls`; it may still be starting.</summary>
    public HostProcess StartHost(string node, params (string Name, string Value)[] settings)
    {
        var all = Settings(node);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var host = HostProcess.Start(all.ContainsKey("urls") ? ["serve"] : ["serve", "--jobs-only"], all);
        _hosts.Add((node, host));
        return host;
    }

    public async Task<HostProcess> StartedHostAsync(string node)
    {
        var host = StartHost(node);
        await host.LineAsync("Running jobs.");
        return host;
    }

    /// <summary>Starts imports as an operator does, and leaves them to the nodes.</summary>
    public async Task ImportAsync(params string[] what)
    {
        await using var start = HostProcess.Start(["import", "start", .. what], Settings("operator"));
        (await start.ExitCodeAsync()).ShouldBe(0, start.Output);
    }

    /// <summary>Tried again while the server is away.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await Database.OpenAsync(CancellationToken.None);
                return (await connection.QueryAsync<T>(sql, values)).AsList();
            }
            catch (Exception e) when (watch.Elapsed < TimeSpan.FromSeconds(60) && MySqlErrors.IsTransient(e))
            {
                await Task.Delay(50);
            }
        }
    }

    public async Task<T> OneAsync<T>(string sql, object? values = null) => (await QueryAsync<T>(sql, values)).Single();

    /// <summary>Imports that have not ended.</summary>
    public Task<long> OpenImportsAsync() =>
        OneAsync<long>("SELECT COUNT(*) FROM import_checkpoints WHERE status NOT IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')");

    public Task<long> PendingFilesAsync() => OneAsync<long>("SELECT COUNT(*) FROM import_files WHERE outcome = 'PENDING'");

    public Task<long> DoneFilesAsync() => OneAsync<long>("SELECT COUNT(*) FROM import_files WHERE outcome = 'IMPORTED'");

    /// <summary>Waits until <paramref name="condition"/>; how long it took.</summary>
    public async Task<TimeSpan> UntilAsync(Func<Task<bool>> condition, double seconds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
            {
                var report = await ReportAsync();
                throw new ShouldAssertException(string.Create(CultureInfo.InvariantCulture, $"Not within {seconds} s: {what}.\n{report}"));
            }

            await Task.Delay(20);
        }

        return watch.Elapsed;
    }

    public Task<TimeSpan> UntilImportedAsync(double seconds = 120) => UntilAsync(async () => await OpenImportsAsync() == 0, seconds, "every import has ended");

    /// <summary>Every import is complete and accounted for, and left what an undisturbed one leaves.</summary>
    public async Task ShouldBeUndisturbedAsync()
    {
        var report = await ReportAsync();
        var statuses = await QueryAsync<string>("SELECT status FROM import_checkpoints");
        statuses.ShouldAllBe(status => status == "COMPLETED" || status == "COMPLETED_WITH_ERRORS", report);
        (await OneAsync<long>("SELECT COUNT(*) FROM import_files WHERE outcome NOT IN ('IMPORTED', 'SKIPPED', 'FAILED')")).ShouldBe(0, report);
        var destinations = await QueryAsync<string>("SELECT CONCAT('', destination_uuid) FROM import_checkpoints");
        destinations.ShouldNotBeEmpty();
        (await Content.ReadAsync(Database)).ShouldBe(_archive.Undisturbed.Where(line => destinations.Contains(line[..36])), report);
    }

    /// <summary>Imports, runs and the last lines of every host.</summary>
    public async Task<string> ReportAsync()
    {
        var text = new StringBuilder();
        foreach (var line in await QueryAsync<string>(
            "SELECT CONCAT_WS(' ', import_id, status, COALESCE(error_kind, ''), COALESCE(error_message, '')) FROM import_checkpoints ORDER BY import_id"))
        {
            text.AppendLine(line);
        }

        foreach (var line in await QueryAsync<string>(
            "SELECT CONCAT_WS(' ', j.job_id, j.state, a.run_no, a.node, a.outcome, a.started_at, COALESCE(a.finished_at, ''), LEFT(COALESCE(a.error, ''), 300)) FROM jobs AS j LEFT JOIN job_attempts AS a ON a.job_id = j.job_id ORDER BY a.started_at"))
        {
            text.AppendLine(line);
        }

        foreach (var (name, host) in _hosts.TakeLast(4))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"--- {name}").AppendLine(Tail(host));
        }

        return text.ToString();
    }

    public static string Tail(HostProcess host) => string.Join('\n', host.Output.Split('\n').TakeLast(25).Select(line => line.Length > 600 ? line[..600] : line));

    public async Task StopHostsAsync()
    {
        foreach (var (_, host) in _hosts)
        {
            await host.DisposeAsync();
        }

        _hosts.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopHostsAsync();
        await _test.DisposeAsync();
    }
}
