using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class ScheduleDeclarationTests : SchedulesTests
{
    [Fact]
    public async Task A_new_schedule_gets_what_code_says()
    {
        await using var node = await StartKeeperAsync(services =>
            services.AddRecurring("night", new Work("night", "deep"), "30 4 * * *", "Cleans at night.", "America/New_York"));

        await PassAsync(node);

        var night = (await ListAsync(node)).ShouldHaveSingleItem();
        (night.Name, night.Description, night.JobName, night.Cron, night.TimeZone).ShouldBe(("night", "Cleans at night.", "test.work.v1", "30 4 * * *", "America/New_York"));
        (night.Paused, night.LastAt, night.LastJob, night.ChangedAt, night.RetiredAt).ShouldBe((null, null, null, null, null));
        night.NextAt.ShouldBe(new DateTime(2025, 3, 2, 9, 30, 0, DateTimeKind.Utc));
        night.Preview.Count.ShouldBe(5);
        night.Preview[0].ShouldBe(night.NextAt!.Value);

        // The clocks go forward on the 9th.
        Time.Advance(TimeSpan.FromDays(6));
        (await FindAsync(node, "night")).Preview.Select(at => at.Hour).ShouldBe([9, 8, 8, 8, 8]);
    }

    [Fact]
    public async Task Configuration_is_the_default_of_a_new_schedule_only()
    {
        await using (var first = await StartKeeperAsync(settings: [("Schedules:sweep:Cron", "0 * * * *"), ("Schedules:sweep:TimeZone", "Asia/Kathmandu")]))
        {
            await PassAsync(first);
            var sweep = await FindAsync(first);
            (sweep.Cron, sweep.TimeZone, sweep.NextAt).ShouldBe(("0 * * * *", "Asia/Kathmandu", Now.AddMinutes(15)));
        }

        await using var second = await StartKeeperAsync(settings: [("Schedules:sweep:Cron", "0 0 * * *"), ("Schedules:sweep:Enabled", "false")]);
        await PassAsync(second);
        var kept = await FindAsync(second);
        (kept.Cron, kept.Paused).ShouldBe(("0 * * * *", null));
    }

    [Fact]
    public async Task What_an_operator_changed_outlives_a_restart_and_another_default()
    {
        await using (var first = await StartKeeperAsync())
        {
            await PassAsync(first);
            (await AsAsync(first, "ada", r => r.ChangeAsync(Sweep, "0 3 * * *", "Europe/Berlin", null, CancellationToken.None).AsTask())).Succeeded.ShouldBeTrue();
        }

        await using var second = await StartKeeperAsync(services => services.AddRecurring(Sweep, new Work("other"), "*/10 * * * *", "Sweeps better."));
        await PassAsync(second);

        var sweep = await FindAsync(second);
        (sweep.Cron, sweep.TimeZone, sweep.ChangedBy, sweep.Description).ShouldBe(("0 3 * * *", "Europe/Berlin", "ada", "Sweeps better."));
        Time.Advance(TimeSpan.FromDays(1));
        await PassAsync(second);
        (await ScalarAsync<string>("SELECT payload FROM jobs")).ShouldContain("other");
    }

    [Fact]
    public async Task A_schedule_configuration_disables_begins_paused_and_can_be_resumed()
    {
        await using var node = await StartKeeperAsync(settings: ("Schedules:sweep:Enabled", "false"));
        await PassAsync(node);
        var paused = (await FindAsync(node)).Paused.ShouldNotBeNull();
        (paused.By, paused.Why).ShouldBe(("configuration", "Schedules:sweep:Enabled is false"));
        Advance(5);
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(0);

        await AsAsync(node, "ada", r => r.ResumeAsync(Sweep, null, CancellationToken.None).AsTask());

        Advance(5);
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_code_no_longer_declares_is_retired_and_comes_back_without_its_past()
    {
        await using (var old = await StartKeeperAsync())
        {
            await PassAsync(old);
            Advance(5);
            await PassAsync(old);
            await FinishAsync();
        }

        await using (var without = await StartKeeperAsync(_ => { }))
        {
            await PassAsync(without);
            Advance(60);
            await PassAsync(without);
            (await JobsAsync()).ShouldBe(1);
            var retired = await FindAsync(without);
            (retired.RetiredAt, retired.NextAt, retired.LastAt).ShouldBe((Now.AddMinutes(-60), null, Now.AddMinutes(-60)));
            retired.Preview.ShouldBeEmpty();
            foreach (var failure in new[]
            {
                (await AsAsync(without, "ada", r => r.TriggerAsync(Sweep, null, CancellationToken.None).AsTask())).Failure,
                (await AsAsync(without, "ada", r => r.PauseAsync(Sweep, null, CancellationToken.None).AsTask())).Failure,
                (await AsAsync(without, "ada", r => r.ChangeAsync(Sweep, "* * * * *", "UTC", null, CancellationToken.None).AsTask())).Failure,
            })
            {
                failure.ShouldNotBeNull().Code.ShouldBe("RECURRING_RETIRED");
            }
        }

        await using var back = await StartKeeperAsync();
        await PassAsync(back);
        (await JobsAsync()).ShouldBe(1);
        var sweep = await FindAsync(back);
        (sweep.RetiredAt, sweep.NextAt).ShouldBe((null, Now.AddMinutes(5)));
    }

    // While versions are mixed, the older one may start last.
    [Fact]
    public async Task A_node_that_still_declares_it_keeps_a_schedule_another_retired()
    {
        await using var knows = await StartKeeperAsync();
        await PassAsync(knows);
        await using var older = await StartKeeperAsync(_ => { });
        await PassAsync(older);
        (await FindAsync(knows)).RetiredAt.ShouldNotBeNull();
        Advance(5);

        await PassAsync(older);
        (await JobsAsync()).ShouldBe(0);
        await PassAsync(knows);

        (await JobsAsync()).ShouldBe(1);
        (await FindAsync(knows)).RetiredAt.ShouldBeNull();
    }
}
