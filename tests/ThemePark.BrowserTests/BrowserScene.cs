using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Playwright;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.BrowserTests;

[CollectionDefinition(Name)]
public sealed class ConsoleInBrowser : ICollectionFixture<BrowserScene>
{
    public const string Name = "console in a browser";
}

/// <summary>
/// A host in a process of its own, over an archive it reads by S3 and a live API, both simulated; with a first destination imported, a poll, figures,
/// measurements and checks. Its first ride and park have names that are markup. The other destinations are for tests to import.
/// </summary>
public sealed class BrowserScene : IAsyncLifetime
{
    public const string KeyName = "operator";
    public const string Key = "browser-tests-0123456789";

    /// <summary>In a page it would open a dialog, and be refused by the page's policy: both are complaints.</summary>
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    private const int Days = 40;
    private static readonly HttpClient Api = Client();
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"themepark-browser-{Guid.NewGuid():n}");
    private readonly FaultPlan _faults = new();
    private ArchiveServer _archive = null!;
    private TestDatabase _test = null!;
    private Chromium _chromium = null!;
    private string? _session;
    private string? _withoutCreating;

    internal HostProcess Host { get; private set; } = null!;

    internal MySqlDatabase Database => _test.Database;

    /// <summary>Where the console is.</summary>
    internal Uri Address { get; private set; } = null!;

    /// <summary>Uuids of the archive's destinations, in its order.</summary>
    internal IReadOnlyList<string> Destinations { get; private set; } = [];

    /// <summary>The import of the first.</summary>
    internal string ImportId { get; private set; } = "";

    public async Task InitializeAsync()
    {
        // No picture of an earlier build is taken for one of this.
        if (Directory.Exists(Screens.Directory))
        {
            Directory.Delete(Screens.Directory, recursive: true);
        }

        var world = new GeneratorOptions { Out = Path.Combine(_root, "archive"), Destinations = 4, Days = Days, RidesPerPark = 4, FirstDay = Yesterday.AddDays(1 - Days) };
        await ArchiveGenerator.GenerateAsync(world);
        _archive = await ArchiveServer.StartAsync(new ArchiveServerOptions
        {
            Directory = world.Out,
            Faults = _faults,
            // Of the last destination nothing is known but its files.
            Live = new LiveServerOptions { World = new LiveWorldOptions { Destinations = 3, RidesPerPark = 4, Days = Days, FirstDay = world.FirstDay } },
        });
        _test = await TestDatabase.CreateAsync();
        _chromium = await Chromium.StartAsync();
        Host = await StartHostAsync("http://127.0.0.1:0");

        var listed = await GetAsync("/api/admin/import/destinations");
        Destinations = [.. listed.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("destination_uuid").GetString()!)];
        ImportId = await StartImportAsync(0);
        await UntilImportAsync(ImportId, "COMPLETED_WITH_ERRORS", "COMPLETED");
        foreach (var verb in (string[][])[["collect", "once"], ["metadata", "sync"], ["rollup", "rebuild"], ["storage", "measure"], ["quality", "check"]])
        {
            await using var process = HostProcess.Start([.. verb, "--quiet"], Settings("cli"));
            (await process.ExitCodeAsync()).ShouldBe(0, $"{string.Join(' ', verb)}: {process.Output}");
        }

        await using (var connection = await Database.OpenAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync("UPDATE rides SET name = @Hostile ORDER BY ride_id LIMIT 1; UPDATE parks SET name = @Hostile ORDER BY park_id LIMIT 1", new { Hostile });
        }

        await using var tab = await OpenAsync(new TabOptions { SignedIn = false });
        await tab.Page.GotoAsync("/console");
        await tab.Page.GetByLabel("Admin key").FillAsync(Key);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await tab.Page.WaitForURLAsync("**/console");
        _session = await tab.Page.Context.StorageStateAsync();
    }

    public async Task DisposeAsync()
    {
        await _chromium.DisposeAsync();
        await Host.DisposeAsync();
        await _archive.DisposeAsync();
        await _test.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Does something in a tab, after which the browser must have had nothing to complain about. A failure leaves a picture.</summary>
    internal async Task VisitAsync(Func<IPage, Task> visit, TabOptions? options = null, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        await using var tab = await OpenAsync(options ?? new TabOptions());
        try
        {
            await visit(tab.Page);
        }
        catch
        {
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screens.Directory, "failed", test + ".png"), FullPage = true });
            throw;
        }

        tab.Complaints.ShouldBeEmpty();
    }

    /// <summary>As an operator's client does.</summary>
    internal async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Api.GetAsync(new Uri(Address, path));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    internal async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        using var answer = await Api.PostAsJsonAsync(new Uri(Address, path), body ?? new { });
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    internal async Task<string> StartImportAsync(int destination, bool createMissing = true, bool refetch = false) =>
        (await PostAsync("/api/admin/import/start", new { destination_uuid = Destinations[destination], create_missing = createMissing, refetch }))
        .GetProperty("import_id").GetString()!;

    /// <summary>The last destination, of which every entity is without a ride after its import.</summary>
    internal async Task ImportedWithoutCreatingAsync()
    {
        if (_withoutCreating is null)
        {
            _withoutCreating = await StartImportAsync(3, createMissing: false);
            await UntilImportAsync(_withoutCreating, "COMPLETED_WITH_ERRORS", "COMPLETED");
        }
    }

    internal async Task<long> RowsOfAsync(int ride)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = @ride", new { ride });
    }

    /// <summary>The name of a ride that was seen in the middle of this UTC day.</summary>
    internal async Task<string> RideWithRowsAsync(DateOnly day)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<string>(
            """
            SELECT r.name FROM rides r
            WHERE r.entity_type = 'ATTRACTION' AND r.name <> @Hostile
              AND EXISTS (SELECT * FROM ride_status_snapshots s WHERE s.ride_id = r.ride_id AND s.recorded_at BETWEEN @from AND @until)
            ORDER BY r.ride_id LIMIT 1
            """,
            new { Hostile, from = day.ToDateTime(new TimeOnly(8, 0)), until = day.ToDateTime(new TimeOnly(20, 0)) }) ?? throw new InvalidOperationException($"No ride was seen on {day}.");
    }

    internal Task UntilImportAsync(string id, params string[] states) => UntilAsync(
        async () =>
        {
            var state = (await GetAsync($"/api/admin/import/status/{id}")).GetProperty("status").GetString();
            return states.Contains(state);
        },
        $"import {id} is {string.Join(" or ", states)}");

    /// <summary>Every object of the archive comes slowly from now on, until what is returned is disposed.</summary>
    internal IDisposable SlowArchive(int millisecondsPerFile)
    {
        _faults.Add(new Fault(FaultKind.SlowBody) { Operation = S3Operation.Get, Delay = TimeSpan.FromMilliseconds(millisecondsPerFile / 10.0) });
        return new Undo(_faults.Clear);
    }

    /// <summary>A node that only runs jobs.</summary>
    internal async Task<HostProcess> StartWorkerAsync(string node)
    {
        var worker = HostProcess.Start(["serve", "--jobs-only"], Settings(node));
        await worker.LineAsync("Running jobs.");
        return worker;
    }

    private async Task<HostProcess> StartHostAsync(string urls, params string[] arguments)
    {
        var host = HostProcess.Start(["serve", "--urls", urls, .. arguments], Settings("one"));
        var line = await host.LineAsync("Serving ");
        Address = new Uri(line.Split(' ')[1].TrimEnd('.', ','));
        return host;
    }

    /// <summary>Kills the host and starts another in its place.</summary>
    internal async Task RestartHostAsync(Func<Task> meanwhile, params string[] arguments)
    {
        var address = Address.ToString();
        await Host.KillAsync();
        await Host.DisposeAsync();
        await meanwhile();
        Host = await StartHostAsync(address, arguments);
    }

    internal Dictionary<string, string> Settings(string node) => new()
    {
        ["ConnectionStrings__ThemePark"] = _test.ConnectionString,
        ["DataDirectory"] = Path.Combine(_root, "data"),
        ["Archive__Bucket"] = "archive.themeparks.wiki",
        ["Archive__Endpoint"] = _archive.BaseAddress.ToString().TrimEnd('/'),
        ["Archive__Region"] = "eu-west-2",
        ["Upstream__BaseAddress"] = new Uri(_archive.BaseAddress, "v1/").ToString(),
        ["Upstream__RequestsPerMinute"] = "100000",
        ["Admin__Keys__0__Name"] = KeyName,
        ["Admin__Keys__0__Key"] = Key,
        ["Jobs__NodeId"] = node,
        ["RateLimits__StartImportPerHour"] = "1000",
        ["RateLimits__StatusReadsPerMinute"] = "100000",
        ["Schedules__collect__Enabled"] = "false",
        ["Schedules__schedules__Enabled"] = "false",
        ["Schedules__rollup__Enabled"] = "false",
        ["Schedules__metadata__Enabled"] = "false",
        ["Schedules__quality__Enabled"] = "false",
        ["Schedules__quality-daily__Enabled"] = "false",
        ["Schedules__quality-weekly__Enabled"] = "false",
        ["Schedules__storage__Enabled"] = "false",
        ["Schedules__storage-alerts__Enabled"] = "false",
        ["Schedules__watch__Enabled"] = "false",
    };

    internal static async Task UntilAsync(Func<Task<bool>> happened, string what, int seconds = 60)
    {
        var watch = Stopwatch.StartNew();
        while (!await happened())
        {
            watch.Elapsed.TotalSeconds.ShouldBeLessThan(seconds, what);
            await Task.Delay(100);
        }
    }

    /// <summary>The last day of the archive, UTC.</summary>
    internal static DateOnly Yesterday => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1);

    private static HttpClient Client()
    {
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    private Task<Tab> OpenAsync(TabOptions options) => Tab.OpenAsync(_chromium.Browser, Address, options, _session);

    private sealed class Undo(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
