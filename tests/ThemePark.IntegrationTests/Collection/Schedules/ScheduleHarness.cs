using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Collection;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Schedules;
using ThemePark.Modules.Metadata;
using ThemePark.MySql;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Collection.Schedules;

/// <summary>The module as the host registers it, on a database of its own, asking an upstream a test has started.</summary>
internal sealed class ScheduleHarness : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private readonly ServiceProvider _services;

    private ScheduleHarness(TestDatabase test, ServiceProvider services) => (_test, _services) = (test, services);

    public MySqlDatabase Database => _test.Database;

    public string ConnectionString => _test.ConnectionString;

    public IParkHours Hours => _services.GetRequiredService<IParkHours>();

    public Run Job { get; } = new();

    public static async Task<ScheduleHarness> StartAsync(string upstream, TimeProvider clock, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Upstream:BaseAddress"] = upstream, ["Upstream:Attempts"] = "1" };
        foreach (var (name, value) in settings)
        {
            all[$"Upstream:{name}"] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var test = await TestDatabase.CreateAsync();
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(clock)
            .AddSingleton(test.Database)
            .AddMetadata(configuration)
            .AddCollection(configuration)
            .BuildServiceProvider();
        return new ScheduleHarness(test, services);
    }

    public async Task<ScheduleSyncResult> SyncAsync(int? destination = null, CancellationToken ct = default)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ScheduleSync>().RunAsync(destination, Job, ct);
    }

    /// <summary>Enters destinations and parks as an upstream lists them.</summary>
    public async Task KnowAsync(Uri upstream, Func<string, bool>? park = null)
    {
        using var http = new HttpClient { BaseAddress = upstream };
        var list = await http.GetFromJsonAsync<JsonElement>("destinations");
        foreach (var destination in list.GetProperty("destinations").EnumerateArray())
        {
            foreach (var id in destination.GetProperty("parks").EnumerateArray().Select(p => p.GetProperty("id").GetString()!).Where(id => park?.Invoke(id) ?? true))
            {
                var entity = await http.GetFromJsonAsync<JsonElement>($"entity/{id}");
                await KnowAsync(destination.GetProperty("id").GetString()!, id, entity.GetProperty("timezone").GetString()!);
            }
        }
    }

    public async Task<int> KnowAsync(string destination, string park, string zone)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<int>(
            """
            INSERT IGNORE INTO destinations (uuid) VALUES (@destination);
            INSERT INTO parks (destination_id, uuid, timezone) SELECT destination_id, @park, @zone FROM destinations WHERE uuid = @destination;
            SELECT CAST(LAST_INSERT_ID() AS SIGNED)
            """,
            new { destination, park, zone });
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    /// <summary>Both tables as one text, every column.</summary>
    public async Task<string> DumpAsync()
    {
        var rows = (await QueryAsync<dynamic>("SELECT * FROM park_schedule_versions ORDER BY 1, 2, 3")).Concat(await QueryAsync<dynamic>("SELECT * FROM park_schedules ORDER BY 1, 2, 3, 4"));
        return string.Join('\n', rows.Select(r => string.Join(' ', ((IDictionary<string, object?>)r).Values.Select(
            v => v switch { byte[] bytes => Convert.ToHexString(bytes), DateTime at => at.ToString("O", CultureInfo.InvariantCulture), null => "-", _ => v.ToString() }))));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _test.DisposeAsync();
    }

    /// <summary>A run nobody takes over, that can be stopped before it commits for the n-th time.</summary>
    internal sealed class Run : IJobRun
    {
        private int _fences;

        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

        public int? DiesAtWrite { get; set; }

        public JobId Id { get; } = new(Guid.NewGuid());

        public int Attempt => 1;

        public bool Recovered => false;

        public string Owner => "test";

        public StopReason StopReason => StopReason.None;

        public void Progress(double fraction, string? note = null)
        {
        }

        public void Log(LogLevel level, string text) => Lines.Enqueue((level, text));

        public ValueTask AdvancedAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask FenceAsync(DbTransaction tx, CancellationToken ct) =>
            ++_fences == DiesAtWrite ? throw new RunSupersededException(Id) : ValueTask.CompletedTask;
    }
}
