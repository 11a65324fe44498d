using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class ScheduleKeeperTests : SchedulesTests
{
    [Fact]
    public async Task On_two_nodes_each_instant_comes_once()
    {
        await using var one = await StartKeeperAsync();
        await using var two = await StartKeeperAsync();
        await Task.WhenAll(PassAsync(one), PassAsync(two));
        (await JobsAsync()).ShouldBe(0);

        for (var instant = 1; instant <= 20; instant++)
        {
            Advance(5);
            await Task.WhenAll(PassAsync(one), PassAsync(two), PassAsync(one), PassAsync(two));
            (await JobsAsync()).ShouldBe(instant);
            await FinishAsync();
        }

        var sweep = await FindAsync(one);
        (sweep.Skipped, sweep.LastAt, sweep.NextAt).ShouldBe((0, Now, Now.AddMinutes(5)));
    }

    [Fact]
    public async Task An_instant_comes_on_time_and_not_before()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);

        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(0);

        Time.Advance(TimeSpan.FromMilliseconds(1));
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(1);
        (await ScalarAsync<string>("SELECT payload FROM jobs")).ShouldContain("sweep");
        (await ScalarAsync<string>("SELECT created_by FROM jobs")).ShouldBe("schedule:sweep");
    }

    [Fact]
    public async Task A_node_sleeps_until_the_next_instant_and_at_most_a_second()
    {
        await using var node = await StartKeeperAsync();
        var keeper = node.Services.GetRequiredService<ScheduleKeeper>();
        await PassAsync(node);
        (await SleptAsync(keeper)).ShouldBe(TimeSpan.FromSeconds(1));

        Time.Advance(TimeSpan.FromSeconds(298.6));
        await PassAsync(node);
        (await SleptAsync(keeper)).ShouldBe(TimeSpan.FromSeconds(0.4));
    }

    [Fact]
    public async Task After_an_outage_an_overdue_schedule_comes_once_and_at_once()
    {
        await using (var before = await StartKeeperAsync())
        {
            await PassAsync(before);
        }

        Advance(187);
        await using var node = await StartKeeperAsync();
        for (var pass = 0; pass < 3; pass++)
        {
            await PassAsync(node);
            await FinishAsync();
        }

        (await JobsAsync()).ShouldBe(1);
        var sweep = await FindAsync(node);
        (sweep.LastAt, sweep.NextAt, sweep.Skipped).ShouldBe((Now, Now.AddMinutes(3), 0));
    }

    [Fact]
    public async Task An_instant_that_finds_the_last_job_unfinished_is_skipped_and_counted()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);
        for (var instant = 0; instant < 3; instant++)
        {
            Advance(5);
            await PassAsync(node);
            await PassAsync(node);
        }

        (await JobsAsync()).ShouldBe(1);
        var sweep = await FindAsync(node);
        (sweep.Skipped, sweep.LastSkippedAt, sweep.LastAt).ShouldBe((2, Now, Now.AddMinutes(-10)));

        // What was skipped is not made up for.
        await FinishAsync();
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(1);
        Advance(5);
        await PassAsync(node);
        (await JobsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_node_that_dies_between_the_enqueue_and_the_commit_loses_and_doubles_nothing()
    {
        await using var dying = await StartKeeperAsync(services =>
        {
            DeclareSweep(services);
            services.AddSingleton<ScheduleKeeper>(provider => ActivatorUtilities.CreateInstance<ScheduleKeeper>(
                provider, new RecurringJobs([Dying(provider.GetServices<RecurringJob>().Single())], provider.GetRequiredService<JobCatalogue>(), Empty())));
        });
        var keeper = dying.Services.GetServices<ScheduleKeeper>().First();
        await keeper.PassAsync(CancellationToken.None);
        Advance(5);

        await Should.ThrowAsync<AggregateException>(keeper.PassAsync(CancellationToken.None));

        (await JobsAsync()).ShouldBe(0);
        await using var other = await StartKeeperAsync();
        await PassAsync(other);
        await PassAsync(other);
        (await JobsAsync()).ShouldBe(1);
        (await FindAsync(other)).Skipped.ShouldBe(0);
    }

    [Fact]
    public async Task A_schedule_another_node_has_in_hand_is_left_to_it()
    {
        await using var node = await StartKeeperAsync();
        await PassAsync(node);
        Advance(5);
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        await using (var tx = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("SELECT name FROM job_schedules FOR UPDATE", transaction: tx);
            await PassAsync(node).WaitAsync(TimeSpan.FromSeconds(1.5));
            (await JobsAsync()).ShouldBe(0);
        }

        await PassAsync(node);
        (await JobsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_kept_does_not_hold_up_the_others()
    {
        await using var node = await StartKeeperAsync(services =>
        {
            DeclareSweep(services);
            services.AddRecurring("broken", new Work("broken"), "*/5 * * * *", "Is broken by hand.");
        });
        await PassAsync(node);
        await ExecuteAsync("UPDATE job_schedules SET cron = 'nonsense', next_at = '2025-01-01' WHERE name = 'broken'");
        Advance(5);

        (await Should.ThrowAsync<AggregateException>(PassAsync(node))).Message.ShouldContain("broken");

        ((await JobsAsync()), (await JobsAsync("broken"))).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_clock_that_is_behind_brings_no_instant_again()
    {
        var behind = new ManualTime();
        await using var node = await StartKeeperAsync();
        await using var late = await StartKeeperAsync(time: behind);
        await PassAsync(node);
        Advance(5);
        behind.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(2));
        await PassAsync(late);
        await PassAsync(node);
        await FinishAsync();

        await PassAsync(late);
        behind.Advance(TimeSpan.FromSeconds(2));
        await PassAsync(late);

        (await JobsAsync()).ShouldBe(1);
        (await FindAsync(node)).Skipped.ShouldBe(0);
    }

    [Fact]
    public async Task Without_declarations_nothing_is_asked_of_the_database()
    {
        await using var node = await StartKeeperAsync(_ => { });
        await PassAsync(node);
        await ExecuteAsync("DROP TABLE job_schedules");

        await PassAsync(node);
    }

    private static IConfiguration Empty() => new ConfigurationBuilder().Build();

    // The job's row is written, then the process is gone.
    private static RecurringJob Dying(RecurringJob job) => job with
    {
        EnqueueAsync = async (jobs, options, tx, ct) =>
        {
            await job.EnqueueAsync(jobs, options, tx, ct);
            throw new DyingException();
        },
    };

    private async Task<TimeSpan> SleptAsync(ScheduleKeeper keeper) =>
        await Time.AdvanceUntilAsync(keeper.WaitAsync(CancellationToken.None), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    private sealed class DyingException : DbException;
}
