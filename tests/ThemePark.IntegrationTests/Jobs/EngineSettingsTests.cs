using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Quartz;
using Quartz.Impl.AdoJobStore;
using Quartz.Impl.AdoJobStore.Common;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>
/// One test per engine setting that is not the default, as docs/adr/0006-job-engine.md argues them: by what the setting does where that can be seen, else by
/// reading what the running engine was given. Each fails when its setting is lost.
/// </summary>
public sealed class EngineSettingsTests : JobsTests
{
    [Fact]
    public async Task A_deadlock_a_lock_timeout_and_a_lost_connection_are_transient_for_the_store()
    {
        await using var node = await StartAsync();
        var isTransient = Store(node).IsTransient.ShouldNotBeNull();
        var deadlock = await DeadlockAsync();
        MySqlErrors.Number(deadlock).ShouldBe(1213);

        isTransient(new JobPersistenceException("Couldn't store trigger", deadlock)).ShouldBeTrue();
        isTransient(new JobPersistenceException("Couldn't store trigger", await LockTimeoutAsync())).ShouldBeTrue();
        isTransient(new JobPersistenceException("Couldn't store trigger", await KilledAsync())).ShouldBeTrue();
        isTransient(new JobPersistenceException("Couldn't store trigger", new InvalidOperationException())).ShouldBeFalse();
    }

    [Fact]
    public async Task Transient_failures_are_tried_again_after_20_ms_twenty_times_and_an_outage_every_second()
    {
        await using var node = await StartAsync();

        (Store(node).TransientRetryInterval, Store(node).MaxTransientRetries, Store(node).DbRetryInterval)
            .ShouldBe((TimeSpan.FromMilliseconds(20), 20, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task The_acquisition_statement_in_use_joins_in_the_given_order()
    {
        LogFile.Instance.Statements.Clear();
        await using var node = await StartAsync();
        await node.UntilAsync(await node.EnqueueAsync("any"), JobState.Succeeded);

        var acquisitions = LogFile.Instance.Statements.Keys
            .Where(sql => sql.Contains("QRTZ_TRIGGERS", StringComparison.Ordinal) && sql.Contains("JOIN", StringComparison.Ordinal)
                && sql.Contains("NEXT_FIRE_TIME <=", StringComparison.Ordinal) && sql.Contains("ORDER BY", StringComparison.Ordinal)).ToList();
        acquisitions.ShouldNotBeEmpty();
        acquisitions.ShouldAllBe(sql => sql.Contains("SELECT STRAIGHT_JOIN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_delegate_in_use_fires_in_the_round_that_acquires()
    {
        await using var node = await StartAsync();

        var used = node.Engine.Services.GetRequiredService<IDriverDelegate>();

        used.ShouldBeOfType<MariaDbDelegate>();
        used.SupportsFireOnAcquire.ShouldBeTrue();
    }

    [Fact]
    public async Task The_store_opens_its_connections_through_the_wrapper_from_a_pool_of_its_own()
    {
        await using var node = await StartAsync();
        var provider = node.Engine.Services.GetRequiredService<IDbProvider>();

        await using var connection = provider.CreateConnection();

        connection.ShouldBeOfType<SafeMySqlConnection>();
        provider.ConnectionString.ShouldNotBe(node.Database.ConnectionString);
        Store(node).CommandTimeout.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_idle_engine_looks_for_triggers_every_second()
    {
        await using var node = await StartAsync();
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        var id = await node.Jobs.ScheduleAsync(new Work("nudged"), DateTimeOffset.UtcNow.AddHours(1), null, null, CancellationToken.None);
        await Eventually.TrueAsync(async () => await ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_TRIGGERS") == 1);
        await connection.ExecuteAsync("UPDATE jobs SET state = 'ENQUEUED'");
        await Task.Delay(1500);

        // Behind the scheduler's back: nothing signals it, as nothing signals it of what another node schedules.
        await connection.ExecuteAsync("UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = @now", new { now = DateTimeOffset.UtcNow.UtcTicks });

        await node.UntilAsync(id, JobState.Succeeded, 4);
        node.Engine.Services.GetRequiredService<IOptions<QuartzSchedulerOptions>>().Value.IdleWaitTime.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Nodes_check_in_every_second_and_are_missed_after_three_more()
    {
        await using var node = await StartAsync(name: "a");

        await Eventually.TrueAsync(
            async () => await ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_SCHEDULER_STATE WHERE INSTANCE_NAME = 'a' AND CHECKIN_INTERVAL = 1000") == 1);

        var clustering = node.Engine.Services.GetRequiredService<IOptions<ClusteringOptions>>().Value;
        (clustering.Enabled, clustering.CheckinInterval, clustering.CheckinMisfireThreshold)
            .ShouldBe((true, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)));
        (await node.Engine.Scheduler.GetMetadata()).JobStoreClustered.ShouldBeTrue();
    }

    [Fact]
    public async Task Telling_the_engine_of_a_job_does_not_wait_for_the_cluster_wide_lock()
    {
        await using var node = await StartAsync();
        await node.UntilAsync(await node.EnqueueAsync("warm-up"), JobState.Succeeded);
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT * FROM QRTZ_LOCKS WHERE LOCK_NAME = 'TRIGGER_ACCESS' FOR UPDATE", transaction: tx);
        var told = Stopwatch.StartNew();

        await node.Engine.DispatchAsync(new Dispatch(JobId.New(DateTimeOffset.UtcNow), 1, "default", 5, TimeSpan.FromHours(1)), CancellationToken.None);

        told.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        await tx.RollbackAsync();
    }

    [Fact]
    public async Task Two_dispatches_of_one_number_are_one_trigger()
    {
        await using var node = await StartAsync();
        var dispatch = new Dispatch(JobId.New(DateTimeOffset.UtcNow), 1, "default", 5, TimeSpan.FromHours(1));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => node.Engine.DispatchAsync(dispatch, CancellationToken.None).AsTask()));

        (await ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_TRIGGERS")).ShouldBe(1);
    }

    [Fact]
    public async Task The_engine_recovers_what_a_dead_node_had_fired()
    {
        var begun = Signal();
        await using var node = await StartAsync();
        node.Script.On("long", UntilStopped(begun));
        await node.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        (await ScalarAsync<int>("SELECT REQUESTS_RECOVERY FROM QRTZ_JOB_DETAILS")).ShouldBe(1);
        (await ScalarAsync<int>("SELECT MIN(REQUESTS_RECOVERY) FROM QRTZ_FIRED_TRIGGERS")).ShouldBe(1);
    }

    [Fact]
    public async Task A_backlog_older_than_the_misfire_threshold_is_no_misfire()
    {
        await using var node = await StartAsync();
        await node.Jobs.ScheduleAsync(new Work("later"), DateTimeOffset.UtcNow.AddHours(1), null, null, CancellationToken.None);
        await Eventually.TrueAsync(async () => await ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_TRIGGERS") == 1);

        (await ScalarAsync<int>("SELECT MISFIRE_INSTR FROM QRTZ_TRIGGERS")).ShouldBe((int)SimpleTriggerMisfireInstruction.IgnoreMisfires);
        (await ScalarAsync<string>("SELECT EXECUTION_GROUP FROM QRTZ_TRIGGERS")).ShouldBe("default");
    }

    [Fact]
    public async Task A_stopping_node_interrupts_at_once_and_leaves_a_recovery_trigger()
    {
        var begun = Signal();
        await using var node = await StartAsync();
        StopReason? reason = null;
        node.Script.On("long", async (run, ct) =>
        {
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            finally
            {
                reason = run.StopReason;
            }
        });
        var id = await node.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await node.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        reason.ShouldBe(StopReason.Shutdown);
        (await node.GetAsync(id)).State.ShouldBe(JobState.Enqueued);
        (await ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_TRIGGERS WHERE TRIGGER_GROUP = 'RECOVERING_JOBS'")).ShouldBe(1);
    }

    [Fact]
    public async Task Cluster_limits_are_counted_under_the_lock()
    {
        await using var node = await StartAsync(settings: ("Queues:imports:Cluster", "2"));

        Store(node).AcquireTriggersWithinLock.ShouldBeTrue();
        (await node.Engine.Scheduler.GetExecutionLimits()).ShouldNotBeNull().HasClusterScopedLimits.ShouldBeTrue();
    }

    [Fact]
    public async Task The_engines_tables_compare_byte_by_byte_whatever_the_database_was_created_with()
    {
        await using var test = await TestDatabase.CreateAsync(migrate: false);
        await using (var connection = await test.Database.OpenAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync("ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_swedish_ci");
        }

        await new MigrationRunner(test.Database).UpAsync(CancellationToken.None);
        await using var node = await TestNode.StartAsync(test.ConnectionString);

        await using var reader = await test.Database.OpenAsync(CancellationToken.None);
        var collations = (await reader.QueryAsync<string>(
            "SELECT TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'QRTZ%'")).ToList();
        collations.Count.ShouldBeGreaterThan(10);
        collations.ShouldAllBe(collation => collation == "utf8mb4_bin");
    }

    [Fact]
    public async Task Two_nodes_may_create_the_engines_tables_at_the_same_time()
    {
        var nodes = await Task.WhenAll(StartAsync(), StartAsync(), StartAsync());

        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static AdoJobStoreOptions Store(TestNode node) => node.Engine.Services.GetRequiredService<IOptions<AdoJobStoreOptions>>().Value;

    private async Task<Exception> DeadlockAsync()
    {
        await ExecuteAsync("CREATE TABLE two (id INT PRIMARY KEY)", "INSERT INTO two VALUES (1), (2)");
        var errors = await Task.WhenAll(CrossAsync(1, 2), CrossAsync(2, 1));
        return errors.Single(error => error is not null)!;

        async Task<Exception?> CrossAsync(int first, int second)
        {
            await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
            await using var tx = await connection.BeginTransactionAsync();
            try
            {
                await connection.ExecuteAsync("SELECT * FROM two WHERE id = @first FOR UPDATE", new { first }, tx);
                await Task.Delay(300);
                await connection.ExecuteAsync("SELECT * FROM two WHERE id = @second FOR UPDATE", new { second }, tx);
                return null;
            }
            catch (System.Data.Common.DbException e)
            {
                return e;
            }
        }
    }

    private async Task<Exception> LockTimeoutAsync()
    {
        await ExecuteAsync("CREATE TABLE one (id INT PRIMARY KEY)", "INSERT INTO one VALUES (1)");
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT * FROM one FOR UPDATE", transaction: tx);
        return await Should.ThrowAsync<System.Data.Common.DbException>(() => ExecuteAsync("SELECT * FROM one FOR UPDATE NOWAIT"));
    }

    private async Task<Exception> KilledAsync()
    {
        await using var victim = await Test.Database.OpenAsync(CancellationToken.None);
        await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"KILL {victim.ServerThreadId}"));
        return await Should.ThrowAsync<Exception>(() => victim.ExecuteAsync("SELECT 1"));
    }

    private async Task ExecuteAsync(params string[] statements)
    {
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        foreach (var statement in statements)
        {
            await connection.ExecuteAsync(statement);
        }
    }
}
