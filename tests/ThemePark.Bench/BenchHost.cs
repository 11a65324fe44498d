using System.Globalization;
using Dapper;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThemePark.Host;
using ThemePark.Modules.Import.Runs;
using ThemePark.MySql;
using ThemePark.Testing;

namespace ThemePark.Bench;

/// <summary>A whole host in this process, with an embedded database in a directory of its own.</summary>
internal sealed class BenchHost(IHost host) : IAsyncDisposable
{
    public MySqlDatabase Database => host.Services.GetRequiredService<MySqlDatabase>();

    /// <param name="legacy">Also makes an empty database of this name on the same server, and takes it for an existing warehouse.</param>
    public static async Task<BenchHost> StartAsync(string root, string archive, string? legacy = null)
    {
        var data = Path.Combine(root, "data");
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataDirectory"] = data,
            ["Archive:Directory"] = archive,
            ["Archive:RawPath"] = Path.Combine(root, "raw"),
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var database = await HostDatabase.OpenAsync(builder.Configuration, logging => logging.SetMinimumLevel(LogLevel.Warning), CancellationToken.None);
        if (legacy is not null)
        {
            await using var server = new MySqlDatabase(WithDatabase(database.Database, "mysql"));
            await using var connection = await server.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync($"CREATE DATABASE `{legacy}`");
            builder.Configuration["Legacy:ConnectionString"] = WithDatabase(database.Database, legacy);
        }

        builder.Services.AddThemePark(database, builder.Configuration);
        var host = builder.Build();
        host.Services.GetRequiredService<HostDatabase>();
        await ThemeParkHost.PrepareAsync(host.Services, CancellationToken.None);
        await host.StartAsync();
        return new BenchHost(host);
    }

    /// <summary>A connection to another database of the server.</summary>
    public async Task<SafeMySqlConnection> OpenLegacyAsync(string name) =>
        await new MySqlDatabase(WithDatabase(Database, name)).OpenDedicatedAsync(CancellationToken.None);

    public Task<T> SendAsync<T>(IRequest<T> request) => host.Services.SendAsync(request);

    /// <summary>From the first run's begin to the last one's end.</summary>
    public async Task<double> ImportSecondsAsync(IReadOnlyList<ImportView> imports)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<double>(
            "SELECT TIMESTAMPDIFF(MICROSECOND, MIN(started_at), MAX(completed_at)) / 1000000.0 FROM import_checkpoints WHERE import_id IN @Ids",
            new { Ids = imports.Select(i => i.ImportId) });
    }

    /// <summary>Events of the files these imports read.</summary>
    public async Task<long> EventsOfAsync(IReadOnlyList<ImportView> imports)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT COALESCE(SUM(f.events), 0) FROM import_files AS f INNER JOIN import_checkpoints AS c ON c.checkpoint_id = f.checkpoint_id WHERE c.import_id IN @Ids",
            new { Ids = imports.Select(i => i.ImportId) });
    }

    /// <summary>Waits until the server has cleared up behind the transactions: rows then lose the marks of theirs, and pages shrink.</summary>
    public async Task SettledAsync()
    {
        for (var i = 0; i < 60 && await StatusAsync("innodb_history_list_length") > 0; i++)
        {
            await Task.Delay(1000);
        }
    }

    /// <summary>A counter of the server since it was started.</summary>
    public async Task<long> StatusAsync(string name)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = @name", new { name });
    }

    /// <summary>Processor time used so far by this process and by the database's.</summary>
    public async Task<(double Host, double Database)> CpuSecondsAsync()
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        var file = await connection.ExecuteScalarAsync<string>("SELECT IF(LEFT(@@pid_file, 1) = '/', @@pid_file, CONCAT(@@datadir, @@pid_file))");
        var pid = int.Parse((await File.ReadAllTextAsync(file!)).Trim(), CultureInfo.InvariantCulture);
        using var database = System.Diagnostics.Process.GetProcessById(pid);
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return (self.TotalProcessorTime.TotalSeconds, database.TotalProcessorTime.TotalSeconds);
    }

    /// <summary>Bytes the files of the tables really take, once everything is written out.</summary>
    public async Task<long> BytesOnDiskAsync(IEnumerable<string> tables, string? database = null)
    {
        await using var connection = database is null ? await Database.OpenDedicatedAsync(CancellationToken.None) : await OpenLegacyAsync(database);
        var names = tables.ToList();
        await connection.ExecuteAsync(new CommandDefinition($"FLUSH TABLES {string.Join(", ", names)} FOR EXPORT", commandTimeout: 600));
        var directory = await connection.ExecuteScalarAsync<string>("SELECT CONCAT(@@datadir, DATABASE())");
        var bytes = names.SelectMany(n => Directory.EnumerateFiles(directory!, n + "*.ibd")).Sum(Allocated);
        await connection.ExecuteAsync("UNLOCK TABLES");
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    private static string WithDatabase(MySqlDatabase database, string name) =>
        new System.Data.Common.DbConnectionStringBuilder { ConnectionString = database.ConnectionString, ["database"] = name }.ConnectionString;

    // Compressed pages leave holes; the length of a file says nothing about them.
    private static long Allocated(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
        return long.Parse(stat.StandardOutput.ReadToEnd().Trim(), CultureInfo.InvariantCulture) * 512;
    }
}
