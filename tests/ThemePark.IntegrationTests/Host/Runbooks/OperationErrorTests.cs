using Microsoft.AspNetCore.Hosting;
using Shouldly;
using ThemePark.Modules.Collection.Features;
using ThemePark.Modules.Operations.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Host.Runbooks;

/// <summary>Back-ups and deployments where nothing has to be copied or started; the rest is with their own tests.</summary>
[Collection(RunbookCollection.Name)]
public sealed class OperationErrorTests(RunbookScene scene)
{
    [Fact]
    public async Task A_backup_nobody_made_is_not_found()
    {
        (await scene.SendAsync(new VerifyBackup.Command("20260101T000000Z"))).Failure.ShouldExplain("BACKUP_NOT_FOUND", "There is no backup '…' in ….", "exit 10");
        await scene.DoneAsync("GET /api/admin/backups");
    }

    [Fact]
    public async Task A_backup_that_cannot_be_read_is_taken_away()
    {
        var broken = Directory.CreateDirectory(Path.Combine(scene.Backups, "20260102T000000Z"));
        await File.WriteAllTextAsync(Path.Combine(broken.FullName, "backup.json"), "nonsense");
        await scene.RefusedAsync("BACKUP_UNREADABLE", "… cannot be read: …", 500, "GET /api/admin/backups");

        broken.Delete(recursive: true);
        await scene.DoneAsync("GET /api/admin/backups");
    }

    [Fact]
    public async Task Without_a_whole_release_nothing_is_deployed_rolled_back_or_contracted()
    {
        (await scene.SendAsync(new RollBackDeployment.Command(false, null, null))).Failure.ShouldExplain("ROLLBACK_FAILED", "There is no deployment in … to take back.", "exit 1");
        (await scene.SendAsync(new ContractSchema.Command(null))).Failure.ShouldExplain(
            "CONTRACT_FAILED", "The newest deployment is not completed: there is no switch to count the days from.", "exit 1");

        (await scene.SendAsync(new RunDeployment.Command("none", null, false, null))).Failure.ShouldExplain(
            "DEPLOYMENT_FAILED", "preflight.releases: Release … is not whole: … is missing. Everything was taken back.", "exit 1");
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_is_moved_away()
    {
        var broken = Directory.CreateDirectory(Path.Combine(scene.Deployments, "deployments", "20260101T000000000Z"));
        await File.WriteAllTextAsync(Path.Combine(broken.FullName, "journal.jsonl"), "nonsense\n");
        await scene.RefusedAsync("JOURNAL_UNREADABLE", "… cannot be read: …", 500, "GET /api/admin/deployments");

        broken.Delete(recursive: true);
        await scene.DoneAsync("GET /api/admin/deployments");
    }

    [Fact]
    public async Task Without_database_upstream_or_patience_it_says_so_and_goes_on_when_they_are_back()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var relay = TcpRelay.To(database.ConnectionString, out var through);
        await using var app = await TestApp.StartAsync(
            database,
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = new(240, TimeSpan.FromSeconds(1.5))),
            ("ConnectionStrings:ThemePark", through),
            ("Upstream:BaseAddress", "http://127.0.0.1:1/v1"),
            ("Upstream:Attempts", "1"),
            ("Jobs:Enabled", "false"));

        (await app.Services.SendAsync(new CollectOnce.Command(null))).Failure.ShouldExplain("UPSTREAM_UNAVAILABLE", "No destination is known and upstream names none: …", "exit 1");

        relay.Cut();
        (await app.Admin.AnswerAsync("/api/admin/pauses")).ShouldExplain("DATABASE_UNAVAILABLE", "The database does not answer; try again shortly.", 503);
        relay.Mend();
        (await app.Admin.AnswerAsync("/api/admin/pauses")).TryGetProperty("data", out _).ShouldBeTrue();

        (await app.PostSlowlyAsync("/api/admin/maintenance/start")).ShouldExplain("REQUEST_TIMEOUT", "The request arrived too slowly; send it again over a better connection.", 408);
    }
}
