using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Storage.Features;
using ThemePark.Simulator;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Storage;

/// <summary>The host over a database of its own, on a clock that stands still until it is moved.</summary>
internal sealed class StorageScene : IAsyncDisposable
{
    private readonly TestDatabase _test;

    private StorageScene(TestDatabase test, TestApp app, SimClock clock) => (_test, App, Clock) = (test, app, clock);

    public TestApp App { get; }

    public SimClock Clock { get; }

    public TestDatabase Test => _test;

    public static async Task<StorageScene> StartAsync(params (string Key, string? Value)[] settings) => await StartAsync(await TestDatabase.CreateAsync(), settings);

    /// <summary>Over a database that may be on another server, and is the scene's from now on.</summary>
    public static async Task<StorageScene> StartAsync(TestDatabase test, params (string Key, string? Value)[] settings)
    {
        var clock = new SimClock(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero), speed: 0);
        return new StorageScene(test, await TestApp.StartAsync(test, builder => builder.Services.AddSingleton(clock.WithRealTimers()), settings), clock);
    }

    public async Task<MeasureNow.Result> MeasureAsync() => (await App.Services.SendAsync(new MeasureNow.Command())).Value;

    /// <summary>An answer below <c>/api/admin/storage</c>.</summary>
    public async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await App.Admin.GetAsync(new Uri($"/api/admin/storage{path}", UriKind.Relative));
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<T> OneAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    public Task PartitionsAsync(DateOnly first, DateOnly last) =>
        App.Services.GetRequiredService<ISnapshotWriter>().EnsurePartitionsAsync(first, last, CancellationToken.None);

    /// <summary>Snapshots of a day, sorted as the writer sorts them, and their place in the ledger; then the pages are written out, as they are within minutes anyway.</summary>
    public async Task WriteDayAsync(DateOnly day, int rides, int rowsPerRide)
    {
        var start = day.ToDateTime(TimeOnly.MinValue);
        await ExecuteAsync(
            """
            INSERT INTO ride_status_snapshots (ride_id, recorded_at, status, wait_minutes, data_source, flags)
            SELECT r.seq, @start + INTERVAL (t.seq * 86400 DIV (@rowsPerRide + 1)) SECOND, 1, 5 * (CRC32(CONCAT(r.seq, ' ', t.seq DIV 3, @start)) MOD 20), 1, 3
            FROM seq_1_to_1000 AS r
            CROSS JOIN seq_1_to_1000 AS t
            WHERE r.seq <= @rides AND t.seq <= @rowsPerRide
            ORDER BY r.seq, t.seq;
            INSERT INTO snapshot_days (park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, source_object, checksum, rides, revision, written_at)
            VALUES (1, @day, 1, 1, @rides * @rowsPerRide, 0, 0, 'live', REPEAT('x', 32), '', 1, @start)
            """,
            new { start, day, rides, rowsPerRide });
        await ExecuteAsync("FLUSH TABLES ride_status_snapshots FOR EXPORT; UNLOCK TABLES");
    }

    /// <summary>Bytes allocated by the files of this database, by file name, as the system's own tool counts them.</summary>
    public async Task<Dictionary<string, long>> FilesAsync()
    {
        var folder = Path.Combine(await OneAsync<string>("SELECT @@datadir"), _test.Name);
        var start = new ProcessStartInfo("/bin/sh", ["-c", "stat -c '%n %b %B' \"$1\"/*", "sh", folder]) { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("stat could not be run.");
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        return lines.Select(l => l.Split(' ')).ToDictionary(
            l => Path.GetFileName(l[0]), l => long.Parse(l[1], CultureInfo.InvariantCulture) * long.Parse(l[2], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _test.DisposeAsync();
    }
}
