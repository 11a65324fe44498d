using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class RecurringControlTests : SchedulesTests
{
    [Fact]
    public async Task A_paused_schedule_rests_over_a_restart_and_goes_on_with_its_next_instant()
    {
        await using (var node = await StartKeeperAsync())
        {
            await PassAsync(node);
            var paused = await AsAsync(node, "ada", r => r.PauseAsync(Sweep, "the paths are dug up", CancellationToken.None).AsTask());
            paused.Value.Paused.ShouldBe(new RecurringPause(Now, "ada", "the paths are dug up"));
            paused.Value.NextAt.ShouldBeNull();
            (await AsAsync(node, "ada", r => r.PauseAsync(Sweep, null, CancellationToken.None).AsTask())).Failure.ShouldNotBeNull().Code.ShouldBe("RECURRING_PAUSED");
        }

        Advance(62);
        await using var next = await StartKeeperAsync();
        await PassAsync(next);
        (await JobsAsync()).ShouldBe(0);

        var resumed = await AsAsync(next, "bob", r => r.ResumeAsync(Sweep, null, CancellationToken.None).AsTask());
        (resumed.Value.Paused, resumed.Value.NextAt).ShouldBe((null, Now.AddMinutes(3)));
        await PassAsync(next);
        (await JobsAsync()).ShouldBe(0);
        Advance(3);
        await PassAsync(next);
        (await JobsAsync()).ShouldBe(1);
        (await AsAsync(next, "bob", r => r.ResumeAsync(Sweep, null, CancellationToken.None).AsTask())).Failure.ShouldNotBeNull().Code.ShouldBe("RECURRING_NOT_PAUSED");
    }

    [Fact]
    public async Task Trigger_enqueues_now_one_at_a_time_and_leaves_the_schedule_alone()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);
        await AsAsync(node, "ada", r => r.PauseAsync(Sweep, null, CancellationToken.None).AsTask());
        Advance(1);

        var id = (await AsAsync(node, "ada", r => r.TriggerAsync(Sweep, null, CancellationToken.None).AsTask())).Value;

        (await node.GetAsync(id)).CreatedBy.ShouldBe("ada");
        var again = (await AsAsync(node, "bob", r => r.TriggerAsync(Sweep, null, CancellationToken.None).AsTask())).Failure.ShouldNotBeNull();
        (again.Code, again.Status, again.Details!["job_id"]).ShouldBe(("RECURRING_RUNNING", 409, id.ToString()));
        await AsAsync(node, "ada", r => r.ResumeAsync(Sweep, null, CancellationToken.None).AsTask());
        Advance(4);
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(1);
        var sweep = await FindAsync(node);
        (sweep.Skipped, sweep.LastAt, sweep.LastJob, sweep.NextAt).ShouldBe(
            (1, Now.AddMinutes(-4), new RecurringRun(id, JobState.Enqueued, null, null), Now.AddMinutes(5)));
    }

    [Fact]
    public async Task A_change_counts_from_the_next_of_its_own_instants()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);
        Advance(7);

        var changed = await AsAsync(node, "ada", r => r.ChangeAsync(Sweep, "0 3 * * *", "Europe/Berlin", null, CancellationToken.None).AsTask());

        (changed.Value.Cron, changed.Value.TimeZone, changed.Value.ChangedBy, changed.Value.ChangedAt).ShouldBe(("0 3 * * *", "Europe/Berlin", "ada", Now));
        changed.Value.NextAt.ShouldBe(new DateTime(2025, 3, 2, 2, 0, 0, DateTimeKind.Utc));
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(0);
        Time.Advance(changed.Value.NextAt!.Value - Now);
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_change_to_what_is_no_schedule_changes_nothing()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);

        var failure = (await AsAsync(node, "ada", r => r.ChangeAsync(Sweep, "61 * * * *", "Mars/Olympus", null, CancellationToken.None).AsTask())).Failure;

        failure.ShouldNotBeNull().Details.ShouldNotBeNull().Keys.ShouldBe(["cron", "time_zone"], ignoreOrder: true);
        (await FindAsync(node)).Cron.ShouldBe("*/5 * * * *");
    }

    [Fact]
    public async Task What_operators_did_is_in_the_audit_log_and_what_was_refused_is_not()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);
        await AsAsync(node, "ada", r => r.TriggerAsync(Sweep, null, CancellationToken.None).AsTask());
        await AsAsync(node, "ada", r => r.TriggerAsync(Sweep, null, CancellationToken.None).AsTask());
        await AsAsync(node, "ada", r => r.PauseAsync(Sweep, "rain", CancellationToken.None).AsTask());
        await AsAsync(node, "bob", r => r.ResumeAsync(Sweep, null, CancellationToken.None).AsTask());
        await AsAsync(node, "bob", r => r.ChangeAsync(Sweep, "0 * * * *", "UTC", null, CancellationToken.None).AsTask());

        (await ScalarAsync<string>("SELECT GROUP_CONCAT(CONCAT_WS(' ', action, subject, who, door, why) ORDER BY audit_id SEPARATOR '; ') FROM activity_log"))
            .ShouldBe("recurring.trigger sweep ada CLI; recurring.pause sweep ada CLI rain; recurring.resume sweep bob CLI; recurring.change sweep bob CLI");
        (await ScalarAsync<string>("SELECT details FROM activity_log WHERE action = 'recurring.change'")).ShouldContain("*/5 * * * *");
    }

    [Fact]
    public async Task An_unknown_name_is_not_found()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);

        Failure?[] failures =
        [
            (await AsAsync(node, "ada", r => r.TriggerAsync("ghost", null, CancellationToken.None).AsTask())).Failure,
            (await AsAsync(node, "ada", r => r.PauseAsync("ghost", null, CancellationToken.None).AsTask())).Failure,
            (await AsAsync(node, "ada", r => r.ResumeAsync("ghost", null, CancellationToken.None).AsTask())).Failure,
            (await AsAsync(node, "ada", r => r.ChangeAsync("ghost", "* * * * *", "UTC", null, CancellationToken.None).AsTask())).Failure,
        ];

        failures.ShouldAllBe(f => f!.Code == "RECURRING_NOT_FOUND" && f.Status == 404);
    }
}
