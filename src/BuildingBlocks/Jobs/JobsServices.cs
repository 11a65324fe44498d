using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>Registration.</summary>
public static class JobsServices
{
    /// <summary>
    /// Adds <see cref="IJobs"/>, <see cref="IJobRun"/> and, unless <c>Jobs:Enabled</c> is false, the node that runs jobs. Needs a
    /// <see cref="MySqlDatabase"/> with the migrations applied (a node waits for it), the mediator, and handlers for the commands.
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
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new JobCatalogue(commands));
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobWatch>();
        services.AddSingleton<JobReads>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<DispatchSignal>();
        services.AddSingleton<RunningRuns>();
        services.AddSingleton<IJobs, JobsPort>();
        services.AddSingleton<Pulse>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<QuartzEngine>();
        services.AddSingleton<IJobEngine>(provider => provider.GetRequiredService<QuartzEngine>());
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<Reaper>();
        services.AddSingleton<IHostedService, JobsHost>();
        services.AddScoped<CurrentRun>();
        services.AddScoped<IJobRun>(provider => provider.GetRequiredService<CurrentRun>().Run
            ?? throw new InvalidOperationException("There is no job run in this scope: IJobRun is for the handlers of job commands."));
        return services;
    }
}
