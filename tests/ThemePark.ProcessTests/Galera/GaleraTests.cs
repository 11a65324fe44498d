using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.ProcessTests.Import;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.ProcessTests.Galera;

[Collection("database nodes")]
public sealed class GaleraTests(ImportArchive archive, GaleraCluster cluster, ITestOutputHelper output) : IClassFixture<GaleraCluster>
{
    // Galera replicates tables of InnoDB, and their rows by primary key.
    private const string NotReplicated =
        """
        SELECT t.table_name
        FROM information_schema.tables AS t
        LEFT JOIN information_schema.table_constraints AS c
          ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY'
        WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND (t.engine <> 'InnoDB' OR c.constraint_name IS NULL)
        """;

    [Fact]
    [Trait("Category", "Drill")]
    public async Task An_import_outlives_two_database_nodes_and_a_host_that_are_killed_one_after_the_other()
    {
        await cluster.WholeAsync();
        var test = await cluster.CreateDatabaseAsync();
        await using var scene = await ImportScene.CreateAsync(archive, test);
        // Rows in many small pieces, so that a fast machine has something left to do when the last one is killed.
        var hosts = await StartAsync(scene, ("Import__BatchSize", "500"));
        await scene.ImportAsync("--destination", archive.Destinations[0]);

        // A node that nobody uses: writing pauses until the others have given it up, and nobody takes that for the death of a host.
        await UntilDoneAsync(5);
        await cluster.Balancer.Others.Last().KillAsync();
        await AdvancesAsync("another node was killed");
        (await scene.QueryAsync<string>("SELECT DISTINCT outcome FROM job_attempts")).ShouldNotContain("LOST", await scene.ReportAsync());

        await StillRunsAsync();
        var (victim, survivor) = await KillWorkerAsync(scene, hosts);
        await cluster.WholeAsync();
        await AdvancesAsync("its host was killed");

        // The node that everybody uses.
        await StillRunsAsync();
        var active = cluster.Balancer.Active;
        await active.KillAsync();
        await scene.UntilImportedAsync();
        cluster.Balancer.Active.ShouldNotBe(active);

        await ShouldHaveAnsweredAsync(survivor);
        output.WriteLine(await scene.ReportAsync());
        (await scene.QueryAsync<string>("SELECT DISTINCT node FROM job_attempts WHERE outcome = 'LOST'")).ShouldBe([victim]);
        await scene.ShouldBeUndisturbedAsync();
        (await scene.QueryAsync<string>(NotReplicated)).ShouldBeEmpty();
        await scene.StopHostsAsync();
        await cluster.WholeAsync();
        await cluster.ShouldHoldTheSameAsync(test.Name);

        Task UntilDoneAsync(long files) => scene.UntilAsync(async () => await scene.DoneFilesAsync() >= files, 60, $"{files} files are imported");

        async Task AdvancesAsync(string although)
        {
            var before = await scene.DoneFilesAsync();
            var after = await scene.UntilAsync(async () => await scene.DoneFilesAsync() > before, 60, $"the import advances although {although}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before} files done when {although}; the next after {after.TotalSeconds:0.0} s"));
        }

        async Task StillRunsAsync() => (await scene.PendingFilesAsync()).ShouldBeGreaterThan(0, "There is nothing left to disturb.");
    }

    [Fact]
    [Trait("Category", "Drill")]
    public async Task A_poll_outlives_the_active_node_and_its_host_and_without_a_majority_everybody_says_that_the_database_is_away()
    {
        const string Key = "a key for the tests of Galera";
        const int Destinations = 8;
        var faults = new LiveFaultPlan();
        await using var upstream = await LiveServer.StartAsync(
            new LiveServerOptions { World = new LiveWorldOptions { Destinations = Destinations, RidesPerPark = 10 }, Clock = new SimClock(DateTimeOffset.UtcNow, speed: 0), Faults = faults },
            CancellationToken.None);
        faults.Add(new LiveFault(LiveFaultKind.Slow) { Path = "*/live*", Delay = TimeSpan.FromMilliseconds(500) });
        await cluster.WholeAsync();
        await using var scene = await ImportScene.CreateAsync(archive, await cluster.CreateDatabaseAsync());
        // One slot for the whole test, unless it runs across the full hour.
        var hosts = await StartAsync(
            scene, ("Upstream__BaseAddress", upstream.BaseAddress.ToString()), ("Collection__Parallelism", "1"), ("Collection__IntervalMinutes", "60"),
            ("Admin__Keys__0__Name", "tests"), ("Admin__Keys__0__Key", Key));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        (await http.PostAsJsonAsync(new Uri(hosts["a"].Url, "/api/admin/recurring/collect/trigger"), new { })).EnsureSuccessStatusCode();

        await UntilPolledAsync(2);
        await cluster.Balancer.Active.KillAsync();
        await UntilPolledAsync(4);
        (await scene.QueryAsync<string>("SELECT error_message FROM collection_runs WHERE outcome <> 'OK'")).ShouldBeEmpty();
        var (_, survivor) = await KillWorkerAsync(scene, hosts);
        await UntilPolledAsync(Destinations);

        await ShouldHaveAnsweredAsync(survivor);
        output.WriteLine(await scene.ReportAsync());
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM collection_runs WHERE slot = (SELECT MAX(slot) FROM collection_runs)")).ShouldBe(Destinations);
        var held = await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots");
        held.ShouldBeGreaterThan(0);
        (await scene.OneAsync<long>("SELECT SUM(snapshots) FROM collection_runs")).ShouldBe(held);
        (await scene.OneAsync<long>("SELECT SUM(row_count) FROM snapshot_days")).ShouldBe(held);
        var freshness = await http.GetFromJsonAsync<JsonElement>(new Uri(survivor.Url, "/api/admin/quality/freshness"));
        freshness.GetProperty("summary").GetProperty("parks_unknown").GetInt32().ShouldBe(0);

        // The last of three has no majority: it refuses, and what it refuses is unknown, not nothing.
        await cluster.WholeAsync();
        foreach (var node in cluster.Balancer.Others)
        {
            await node.KillAsync();
        }

        await scene.UntilAsync(async () => await ReadyAsync() == 503, 30, "the host is not ready");
        using (var refused = await http.GetAsync(new Uri(survivor.Url, "/api/search/index")))
        {
            ((int)refused.StatusCode).ShouldBe(503);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("The database does not answer");
        }

        using (var health = await http.GetAsync(new Uri(survivor.Url, "/api/health")))
        {
            ((int)health.StatusCode).ShouldBe(503);
            var checks = (await health.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks");
            checks.GetProperty("database").GetProperty("status").GetString().ShouldBe("unhealthy");
            checks.GetProperty("data_collection").GetProperty("status").GetString().ShouldBe("unknown");
        }

        (await http.GetAsync(new Uri(survivor.Url, "/health/live"))).IsSuccessStatusCode.ShouldBeTrue();

        var back = Stopwatch.StartNew();
        await cluster.WholeAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A majority again after {back.Elapsed.TotalSeconds:0.0} s"));
        await scene.UntilAsync(async () => await ReadyAsync() == 200, 30, "the host is ready again by itself");
        (await http.GetAsync(new Uri(survivor.Url, "/api/search/index"))).IsSuccessStatusCode.ShouldBeTrue();

        Task UntilPolledAsync(int destinations) => scene.UntilAsync(
            async () => await scene.OneAsync<long>("SELECT COUNT(*) FROM collection_runs WHERE outcome = 'OK' AND slot = (SELECT MAX(slot) FROM collection_runs)") >= destinations, 60, $"{destinations} destinations are polled");

        async Task<int> ReadyAsync() => (int)(await http.GetAsync(new Uri(survivor.Url, "/health/ready"))).StatusCode;
    }

    /// <summary>Two hosts that serve and work, and somebody who asks each of them all the time.</summary>
    private static async Task<Dictionary<string, Asked>> StartAsync(ImportScene scene, params (string Name, string Value)[] settings)
    {
        var hosts = new Dictionary<string, Asked>();
        var starting = new[] { "a", "b" }.Select(name =>
        {
            var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{MariaDbProcess.FreePort()}"));
            return (Name: name, Url: url, Host: scene.StartHost(name, [("urls", url.ToString()), .. settings]));
        }).ToList();
        foreach (var (name, url, host) in starting)
        {
            hosts[name] = new Asked(url, host, await Probe.StartAsync(new Uri(url, "/health/live")), await Probe.StartAsync(new Uri(url, "/api/search/index")));
        }

        return hosts;
    }

    /// <summary>Kills the host that runs the job.</summary>
    private static async Task<(string Victim, Asked Survivor)> KillWorkerAsync(ImportScene scene, Dictionary<string, Asked> hosts)
    {
        // A try that the database failed is followed by another one a second later.
        IReadOnlyList<string> workers = [];
        await scene.UntilAsync(async () => (workers = await scene.QueryAsync<string>("SELECT node FROM job_attempts WHERE outcome = 'RUNNING'")).Count == 1, 30, "the job runs");
        var victim = workers[0];
        await hosts[victim].Alive.DisposeAsync();
        await hosts[victim].Reads.DisposeAsync();
        await hosts[victim].Host.KillAsync();
        return (victim, hosts.Single(h => h.Key != victim).Value);
    }

    private async Task ShouldHaveAnsweredAsync(Asked host)
    {
        await host.Alive.DisposeAsync();
        await host.Reads.DisposeAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Longest gap of {host.Reads.Answers} reads: {host.Reads.LongestGap.TotalSeconds:0.0} s; of {host.Alive.Answers} looks whether the host is alive: {host.Alive.LongestGap.TotalSeconds:0.0} s"));
        host.Alive.Failures.ShouldBeEmpty();
        host.Reads.Failures.ShouldAllBe(answer => answer.StartsWith("503", StringComparison.Ordinal));
        // docs/deployment.md says 10 s; this machine has a cluster and everything else to run.
        host.Reads.LongestGap.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    private sealed record Asked(Uri Url, HostProcess Host, Probe Alive, Probe Reads);
}
