using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>Registration.</summary>
public static class JobsServices
{
    /// <summary>
    /// Adds <see cref="IJobs"/>, <see cref="IJobRun"/>, <see cref="IRecurring"/>, their endpoints and, unless <c>Jobs:Enabled</c> is false, the node that runs jobs. Needs a
    /// <see cref="MySqlDatabase"/> with the migrations applied (a node waits for it), <see cref="CoreModule.AddCore"/>, and handlers for the commands.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The root; section <c>Jobs</c> is read.</param>
    /// <param name="commands">The assemblies with the <see cref="IJobCommand"/> types that may be enqueued or run here.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration, params Assembly[] commands)
    {
        DapperSetup.Register();
        services.AddOptions<JobsOptions>().Bind(configuration.GetSection(JobsOptions.Section)).ValidateDataAnnotations()
            .Validate(o => o.Queues.Values.All(limit => limit is { PerNode: null or > 0, Cluster: null or > 0 }), "Limits in Jobs:Queues are 1 or more.")
            .ValidateOnStart();
        services.AddSettings<JobsOptions>(JobsOptions.Section);
        services.AddSettings("Schedules", _ => configuration.GetSection("Schedules").Get<Dictionary<string, ScheduleSettings>>() ?? []);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new JobCatalogue(commands));
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobWatch>();
        services.AddSingleton<JobCounts>();
        services.AddSingleton<JobReads>();
        services.AddSingleton<JobPauses>();
        services.AddSingleton<IJobDrain, JobDrain>();
        services.AddSingleton<JobAnswers>();
        services.AddScoped<JobActs>();
        services.AddSingleton<NodeStore>();
        services.AddSingleton<NodeSign>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<DispatchSignal>();
        services.AddSingleton<RunningRuns>();
        services.AddMetrics();
        services.AddSingleton<JobMeters>();
        services.AddSingleton<IMetricSource, JobMetrics>();
        services.AddSingleton<IJobs, JobsPort>();
        services.AddSingleton<Pulse>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<QuartzEngine>();
        services.AddSingleton<IJobEngine>(provider => provider.GetRequiredService<QuartzEngine>());
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<Reaper>();
        services.AddSingleton(provider => new RecurringJobs(
            provider.GetServices<RecurringJob>(), provider.GetRequiredService<JobCatalogue>(), configuration));
        services.AddSingleton<ScheduleStore>();
        services.AddSingleton<ScheduleKeeper>();
        services.AddSingleton<ScheduleControl>();
        services.AddScoped<IRecurring, RecurringPort>();
        services.AddSingleton<IHostedService, JobsHost>();
        services.AddScoped<CurrentRun>();
        services.AddScoped<IJobRun>(provider => provider.GetRequiredService<CurrentRun>().Run
            ?? throw new InvalidOperationException("There is no job run in this scope: IJobRun is for the handlers of job commands."));
        return services.AddMediator(typeof(JobsServices).Assembly).AddCarter(typeof(JobsServices).Assembly);
    }
    /// <summary>
    /// Declares a recurring job: at every instant of <paramref name="cron"/> the command is enqueued once, whatever the number of nodes, unless its last
    /// job is not finished; then that instant is skipped. Cron and time zone are defaults for a schedule the database does not know yet, where
    /// <c>Schedules:{name}:Cron</c>, <c>:TimeZone</c> and <c>:Enabled</c> go before them; from then on operators decide, see <see cref="IRecurring"/>. A
    /// recurring job that is no longer declared is retired: it does not run, its row stays.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">What operators call it: lower-case letters and digits, joined by <c>-</c> or <c>_</c>.</param>
    /// <param name="command">What is enqueued; of an assembly given to <see cref="AddJobs"/>.</param>
    /// <param name="cron">Five fields as in a crontab: minute, hour, day of month, month, day of week.</param>
    /// <param name="description">What it does, for operators.</param>
    /// <param name="timeZone">IANA; whose clock the fields are read by.</param>
    /// <exception cref="ArgumentException">One of them is not what it should be.</exception>
    public static IServiceCollection AddRecurring<TCommand>(
        this IServiceCollection services, string name, TCommand command, string cron, string description, string timeZone = "UTC")
        where TCommand : IJobCommand => services.AddSingleton(RecurringJob.Of(name, command, cron, timeZone, description));
}
