using System.Data.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;
using Quartz.Extensibility;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>Quartz's clustered ADO store on the same database. Its settings are argued in docs/adr/0006-job-engine.md; each has a test.</summary>
internal sealed class QuartzEngine(MySqlDatabase database, JobRunner runner, IOptions<JobsOptions> options, TimeProvider time, ILoggerFactory loggers)
    : IJobEngine
{
    internal const string SchedulerName = "themepark";
    internal const string TriggerGroup = "jobs";
    private static readonly JobKey RunJobKey = new("run", "themepark");
    private ServiceProvider? _services;
    private IScheduler? _scheduler;

    internal bool Started => _scheduler is not null;

    /// <summary>The scheduler once started; for tests.</summary>
    internal IScheduler Scheduler => _scheduler ?? throw new InvalidOperationException("The job engine has not started.");

    /// <summary>Quartz's own container once started; for tests of what it really uses.</summary>
    internal IServiceProvider Services => _services ?? throw new InvalidOperationException("The job engine has not started.");

    internal static string ConnectionStringFor(MySqlDatabase database, int workers)
    {
        // A pool of its own: a burst of firings must not starve requests, nor requests the check-in.
        var builder = new DbConnectionStringBuilder { ConnectionString = database.ConnectionString };
        builder["Maximum Pool Size"] = workers + 8;
        return builder.ConnectionString;
    }

    public async ValueTask StartAsync(CancellationToken ct)
    {
        // Apart from the host's services, so that a start that failed leaves nothing and can be made again.
        var collection = new ServiceCollection();
        collection.AddSingleton(loggers);
        collection.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        collection.AddQuartz(Configure);
        var services = collection.BuildServiceProvider();
        try
        {
            var scheduler = await services.GetRequiredService<ISchedulerFactory>().GetScheduler(ct);
            var run = JobBuilder.Create<RunJob>().WithIdentity(RunJobKey).StoreDurably().RequestRecovery().Build();
            await scheduler.AddJob(run, AddJobOptions.Replacing, ct);
            await scheduler.Start(ct);
            (_services, _scheduler) = (services, scheduler);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DispatchAsync(Dispatch dispatch, CancellationToken ct)
    {
        var trigger = TriggerBuilder.Create(time)
            .ForJob(RunJobKey)
            .WithIdentity($"{dispatch.Id}.{dispatch.No}", TriggerGroup)
            .WithExecutionGroup(dispatch.Queue)
            .WithPriority(dispatch.Priority)
            .StartAt(time.GetUtcNow() + dispatch.Delay)
            .WithSchedule(SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires))
            .Build();
        await Scheduler.ScheduleTrigger(trigger, TriggerConflict.Keep, ct);
    }

    public async ValueTask<IReadOnlyList<(string JobId, int No)>> FindOrphansAsync(TimeSpan age, CancellationToken ct)
    {
        const string Sql = """
            SELECT j.job_id, j.dispatch_no
            FROM jobs j
            LEFT JOIN QRTZ_TRIGGERS t
              ON t.SCHED_NAME = @scheduler AND t.TRIGGER_NAME = CONCAT(j.job_id, '.', j.dispatch_no) AND t.TRIGGER_GROUP = @group
            WHERE j.state IN ('ENQUEUED', 'SCHEDULED') AND j.dispatched_at < UTC_TIMESTAMP(3) - INTERVAL @age MICROSECOND
              AND (t.TRIGGER_NAME IS NULL OR t.TRIGGER_STATE = 'ERROR')
            LIMIT 1000
            """;
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(string, int)>(new CommandDefinition(
            Sql, new { scheduler = SchedulerName, group = TriggerGroup, age = age.Ticks / TimeSpan.TicksPerMicrosecond }, cancellationToken: ct));
        return [.. rows];
    }

    public async ValueTask StopAsync(CancellationToken ct)
    {
        if (_scheduler is { } scheduler)
        {
            await scheduler.Shutdown(waitForJobsToComplete: true, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is { } services)
        {
            await services.DisposeAsync();
        }
    }

    private void Configure(IQuartzBuilder quartz)
    {
        var jobs = options.Value;
        quartz.ConfigureScheduler(o =>
        {
            o.InstanceName = SchedulerName;
            o.InstanceId = jobs.NodeId;
            o.IdleWaitTime = TimeSpan.FromSeconds(1);
            o.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            o.PropagateTraceContext = false;
        });
        quartz.UseTimeProvider(time);
        quartz.UseDefaultThreadPool(jobs.Workers);
        quartz.UseJobFactory(new RunJobFactory(runner));
        quartz.UseExecutionLimits(limits =>
        {
            foreach (var (queue, limit) in jobs.Queues)
            {
                if (limit.Cluster is { } cluster)
                {
                    limits.ForGroup(queue, cluster, ExecutionLimitScope.Cluster);
                }
                else if (limit.PerNode is { } perNode)
                {
                    limits.ForGroup(queue, perNode, ExecutionLimitScope.Node);
                }
            }
        });
        quartz.UsePersistentStore(store =>
        {
            store.UseDriverDelegate<MariaDbDelegate>();
            store.UseMySql(SafeMySqlFactory.Instance, ConnectionStringFor(database, jobs.Workers));
            store.UseSystemTextJsonSerializer();
            store.ProvisionSchema();
            store.UseClustering(c =>
            {
                c.CheckinInterval = TimeSpan.FromSeconds(1);
                c.CheckinMisfireThreshold = TimeSpan.FromSeconds(3);
            });
            store.ConfigureStore(o =>
            {
                o.IsTransient = MySqlErrors.IsTransient;
                o.TransientRetryInterval = TimeSpan.FromMilliseconds(20);
                o.MaxTransientRetries = 20;
                o.DbRetryInterval = TimeSpan.FromSeconds(1);
                o.LockOnInsert = false;
                o.AcquireTriggersWithinLock = jobs.Queues.Values.Any(limit => limit.Cluster is not null);
                o.RecoverFiringsCancelledByShutdown = true;
                o.CommandTimeout = TimeSpan.FromSeconds(10);
            });
        });
    }
}

/// <summary>The one Quartz job: the trigger's name is the job's id.</summary>
internal sealed class RunJob(JobRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var trigger = context.Recovering && context.RecoveringTriggerKey is { } recovered ? recovered : context.Trigger.Key;
        var handedBack = await runner.RunAsync(JobId.Parse(trigger.Name.Split('.')[0]), cancellationToken);
        if (handedBack)
        {
            // How a job tells Quartz to fire it elsewhere.
            throw new OperationCanceledException(cancellationToken);
        }
    }
}

internal sealed class RunJobFactory(JobRunner runner) : IJobFactory
{
    public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken) =>
        new(new JobScope(new RunJob(runner), null));

    public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
