using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>The real host over a database and an archive of its own, driven over HTTP.</summary>
internal sealed class ImportHost : IAsyncDisposable
{
    private const string Base = "/api/admin/import";
    private readonly TestDatabase _test;
    private readonly DirectoryInfo _root;

    private ImportHost(TestDatabase test, DirectoryInfo root, string archive, TestApp app)
    {
        _test = test;
        _root = root;
        Archive = archive;
        App = app;
    }

    public TestApp App { get; }

    /// <summary>The archive's directory; may be changed when it was copied or begun empty.</summary>
    public string Archive { get; }

    public MySqlDatabase Database => _test.Database;

    /// <summary>Over an archive that is only read.</summary>
    public static Task<ImportHost> StartAsync(Archive archive, params (string, string?)[] settings) => StartAsync(archive.Path, copy: false, settings);

    /// <summary>Over a copy of an archive, to be changed.</summary>
    public static Task<ImportHost> StartOnCopyAsync(Archive archive, params (string, string?)[] settings) => StartAsync(archive.Path, copy: true, settings);

    /// <summary>Over an archive written by hand.</summary>
    public static Task<ImportHost> StartEmptyAsync(params (string, string?)[] settings) => StartAsync(null, copy: true, settings);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _test.DisposeAsync();
        _root.Delete(recursive: true);
    }

    /// <summary>Starts an import and answers when it is over.</summary>
    public async Task<JsonElement> ImportAsync(object request) => await EndAsync((await StartedAsync(request)).Text("import_id"));

    /// <summary>Starts an import and answers at once.</summary>
    public async Task<JsonElement> StartedAsync(object request) => await PostAsync("/start", request, HttpStatusCode.Created);

    /// <summary>The import once nothing more will happen to it by itself.</summary>
    public async Task<JsonElement> EndAsync(string importId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var import = await StatusAsync(importId);
            if (import.Text("status") is not ("PENDING" or "IN_PROGRESS" or "INTERRUPTED"))
            {
                return import;
            }

            limit.Token.IsCancellationRequested.ShouldBeFalse($"still going: {import}\n{string.Join('\n', App.Log.Lines.TakeLast(40))}");
            await Task.Delay(50);
        }
    }

    public Task<JsonElement> StatusAsync(string importId) => GetAsync($"/status/{importId}");

    /// <summary>Every file record of an import, by key.</summary>
    public async Task<Dictionary<string, JsonElement>> FilesAsync(string importId) =>
        (await GetAsync($"/files/{importId}?limit=500")).GetProperty("data").EnumerateArray().ToDictionary(f => f.Text("key"));

    public Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(new HttpRequestMessage(HttpMethod.Get, Base + path), expected);

    public Task<JsonElement> PostAsync(string path, object? body, HttpStatusCode expected = HttpStatusCode.OK) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, Base + path) { Content = body is null ? null : JsonContent.Create(body) }, expected);

    public Task<JsonElement> DeleteAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, Base + path), expected);

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>All rows of a table as one text, in key order.</summary>
    public async Task<string> DumpAsync(string table, string columns = "*", string order = "1, 2, 3")
    {
        var rows = await QueryAsync<dynamic>($"SELECT {columns} FROM {table} ORDER BY {order}");
        return string.Join('\n', rows.Select(r => string.Join(' ', ((IDictionary<string, object?>)r).Values.Select(
            v => v switch { byte[] bytes => Convert.ToHexString(bytes), DateTime at => at.ToString("O", null), null => "-", _ => v.ToString() }))));
    }

    /// <summary>Everything the history holds: rows, queues, show times, and the ledger without revisions and clocks.</summary>
    public async Task<string> HistoryAsync() => string.Join(
        "\n\n",
        await DumpAsync("ride_status_snapshots"),
        await DumpAsync("queue_data"),
        await DumpAsync("show_times"),
        await DumpAsync("snapshot_days", "park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, first_at, last_at, source_object, checksum, rides"));

    /// <summary>Forgets every import but keeps the catalogue, so that rides keep their ids.</summary>
    public async Task ForgetAsync()
    {
        foreach (var table in (string[])["ride_status_snapshots", "queue_data", "show_times", "snapshot_days", "archive_objects", "import_checkpoints", "unmatched_entities"])
        {
            await ExecuteAsync($"DELETE FROM {table}");
        }
    }

    /// <summary>Keeps any day from being committed until disposed.</summary>
    public async Task<WriteBlock> BlockWritesAsync()
    {
        var connection = await Database.OpenDedicatedAsync(CancellationToken.None);
        await connection.ExecuteAsync("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        await connection.ExecuteAsync("START TRANSACTION");
        // Locks every gap too: an import can prepare a day but not enter it into the ledger.
        await connection.ExecuteAsync("SELECT COUNT(*) FROM snapshot_days FOR UPDATE");
        return new WriteBlock(this, connection);
    }

    /// <summary>Ends with its disposal.</summary>
    public sealed class WriteBlock(ImportHost host, SafeMySqlConnection connection) : IAsyncDisposable
    {
        /// <summary>True once an import has read a day and waits to write it: it is on the way, whatever it is asked from now on.</summary>
        public async Task<bool> IsWaitedForAsync() =>
            // Not INNODB_LOCK_WAITS: whoever asks that more often than ten times a second gets the same old answer for ever.
            await host.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE db = DATABASE() AND info LIKE 'INSERT INTO snapshot_days%'") > 0;

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    /// <summary>Writes live rows of one ride the way the live collector does.</summary>
    public async Task WriteLiveAsync(int destinationId, RideRef ride, DateOnly day, params (string Time, short Wait)[] rows)
    {
        using var batch = new ObservationBatch();
        foreach (var (time, wait) in rows)
        {
            IsoInstant.TryParse(System.Text.Encoding.UTF8.GetBytes(time), out var at, out _).ShouldBeTrue();
            batch.Add(new SnapshotRow { Instant = at, Wait = wait, Status = RideStatus.Operating, Flags = ObservationFlags.WaitStated | ObservationFlags.StatusStated, Park = -1 });
        }

        var writer = App.Services.GetRequiredService<ISnapshotWriter>();
        await writer.EnsurePartitionsAsync(day, day, CancellationToken.None);
        using var encoded = writer.Encode(new DayContent(destinationId, day, DataSource.Live, OverlapPolicy.Replace, true, [new DaySlice(batch, [ride], [], "live")]));
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync(CancellationToken.None);
        (await writer.WriteAsync(encoded, tx, CancellationToken.None)).Changed.ShouldBeTrue();
        await tx.CommitAsync();
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, HttpStatusCode expected)
    {
        using (request)
        {
            using var response = await App.Admin.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            response.StatusCode.ShouldBe(expected, $"{request.Method} {request.RequestUri}: {body}");
            return JsonElement.Parse(body);
        }
    }

    private static async Task<ImportHost> StartAsync(string? archive, bool copy, (string, string?)[] settings)
    {
        var root = Directory.CreateTempSubdirectory("tp-import-");
        var place = copy ? root.CreateSubdirectory("archive").FullName : archive!;
        if (copy && archive is not null)
        {
            foreach (var file in Directory.EnumerateFiles(archive, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(place, Path.GetRelativePath(archive, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }

        var test = await TestDatabase.CreateAsync();
        var app = await TestApp.StartAsync(
            test,
            [
                ("DataDirectory", Path.Combine(root.FullName, "data")),
                ("Archive:Directory", place),
                ("Archive:RawPath", Path.Combine(root.FullName, "raw")),
                .. settings,
            ]);
        return new ImportHost(test, root, place, app);
    }
}

internal static class JsonReading
{
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static int Number(this JsonElement json, string name) => json.GetProperty(name).GetInt32();

    public static string ErrorCode(this JsonElement json) => json.GetProperty("error").Text("code");

    /// <summary>An import's progress figure.</summary>
    public static int Progress(this JsonElement import, string name) => import.GetProperty("progress").Number(name);
}
