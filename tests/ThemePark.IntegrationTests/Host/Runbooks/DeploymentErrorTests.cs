using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Hosting;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Deploying;
using ThemePark.Modules.Operations.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Host.Runbooks;

/// <summary>What a deployment from release one to release two ends with; the host of the test is what is stopped and started, which a file decides.</summary>
public sealed class DeploymentErrorTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("tp-deploy-").FullName;
    private readonly string _address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{MariaDbProcess.FreePort()}");
    private TestDatabase _test = null!;

    private string Current => Path.Combine(_root, "current");

    private string Mended => Path.Combine(_root, "mended");

    public async Task InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        foreach (var release in (string[])["one", "two"])
        {
            var directory = Directory.CreateDirectory(Path.Combine(_root, "releases", release)).FullName;
            foreach (var file in (string[])["dll", "deps.json", "runtimeconfig.json"])
            {
                await File.WriteAllTextAsync(Path.Combine(directory, $"ThemePark.Host.{file}"), "");
            }
        }

        File.CreateSymbolicLink(Current, Path.Combine("releases", "one"));
    }

    public async Task DisposeAsync()
    {
        await _test.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Before_anything_is_touched_each_thing_that_is_wrong_is_named()
    {
        await using (var app = await StartAsync(("Deploy:Url", "http://127.0.0.1:1")))
        {
            (await DeployAsync(app, "one")).ShouldExplain("DEPLOYMENT_FAILED", "preflight.releases: Release … is the current one already. Everything was taken back.", "exit 1");

            using (new FileStream(Path.Combine(_root, "deployments", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                (await DeployAsync(app, "two")).ShouldExplain("DEPLOYMENT_FAILED", "Another process deploys in ….", "exit 1");
            }

            await ForgeAsync();
            (await DeployAsync(app, "two")).ShouldExplain("DEPLOYMENT_FAILED", "preflight.schema: Schema version …: … Everything was taken back.", "exit 1");
            await ForgeAsync();

            (await DeployAsync(app, "two")).ShouldExplain(
                "DEPLOYMENT_FAILED",
                "preflight.baseline: The current release does not answer at …: there is nothing to compare the new one with. Start it, or take `current` away. Everything was taken back.",
                "exit 1");
        }

        // A file system that never has room.
        await using var full = await StartAsync(("Backups:Directory", "/proc/self"));
        (await DeployAsync(full, "two")).ShouldExplain(
            "DEPLOYMENT_FAILED", "preflight.space: … has … bytes free, and a backup with its restore may need … (the database has …). Everything was taken back.", "exit 1");
    }

    [Fact]
    public async Task A_release_that_does_not_start_and_one_before_that_does_not_either_wait_for_somebody_who_mends_it()
    {
        await using var app = await StartAsync();
        (await DeployAsync(app, "two")).ShouldExplain("DEPLOYMENT_FAILED", "switch.start: `…` ended with …: … It could not be taken back whole: …", "exit 1");
        (await DeployAsync(app, "two")).ShouldExplain("DEPLOYMENT_FAILED", "Deployment … failed and was not taken back whole: run `deploy rollback` first.", "exit 1");
        (await app.Services.SendAsync(new RollBackDeployment.Command(false, null, null))).Failure.ShouldExplain(
            "ROLLBACK_FAILED", "… cannot be taken back: … Mend it and run `deploy rollback` again.", "exit 1");

        await File.WriteAllTextAsync(Mended, "");
        (await app.Services.SendAsync(new RollBackDeployment.Command(false, null, null))).Failure.ShouldBeNull();
        Path.GetFileName(new DirectoryInfo(Current).LinkTarget).ShouldBe("one");
        (await app.Services.SendAsync(new GetMaintenance.Query())).Value.Maintenance.ShouldBeNull();
    }

    [Fact]
    public async Task A_first_release_meets_a_directory_where_its_link_belongs_and_then_a_back_fill_nobody_knows()
    {
        File.Delete(Current);
        await File.WriteAllTextAsync(Mended, "");
        await using var app = await StartAsync(("Deploy:Backfill", "nonesuch"), ("Deploy:ObserveSeconds", "1"));

        var kept = Path.Combine(Directory.CreateDirectory(Current).FullName, "kept");
        await File.WriteAllTextAsync(kept, "");
        (await DeployAsync(app, "two")).ShouldExplain("DEPLOYMENT_FAILED", "switch.link: … could not be pointed at …: … Everything was taken back.", "exit 1");
        File.Exists(kept).ShouldBeTrue();

        Directory.Delete(Current, recursive: true);
        (await DeployAsync(app, "two")).ShouldExplain(
            "DEPLOYMENT_FAILED", "backfill.trigger: Back-fill … could not be enqueued: … Everything was taken back.", "exit 1");
        Path.Exists(Current).ShouldBeFalse();

        // As if one had been completed a month ago, and its migrations that take away been run.
        var head = new DeploymentHead("", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), "one", "two", "me", null, false, false);
        Directory.Delete(DeployJournal.Folder(_root), recursive: true);
        DeployJournal.Begin(_root, head).Write(head.StartedAt, Steps.Contract, StepEvent.Done);
        (await app.Services.SendAsync(new RollBackDeployment.Command(false, null, null))).Failure.ShouldExplain(
            "ROLLBACK_FAILED",
            "The migrations that take away were run after deployment …: release … does not work on this schema. Say --restore to take the data back too.",
            "exit 1");
    }

    private Task<TestApp> StartAsync(params (string, string?)[] settings) => TestApp.StartAsync(
        _test,
        builder => builder.WebHost.UseUrls(_address),
        [
            ("Deploy:Root", _root), ("Deploy:Url", _address), ("Deploy:StopCommand", "true"), ("Deploy:StartCommand", $"test -e {Mended} || {{ echo no >&2; exit 3; }}"),
            ("Backups:Directory", Path.Combine(_root, "backups")), .. settings,
        ]);

    private static async Task<Failure?> DeployAsync(TestApp app, string release) => (await app.Services.SendAsync(new RunDeployment.Command(release, null, false, null))).Failure;

    /// <summary>Makes the first migration look like another one, or itself again.</summary>
    private async Task ForgeAsync()
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE schema_migrations SET checksum = REVERSE(checksum) WHERE version = 1");
    }
}
