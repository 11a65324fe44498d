using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Auditing;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Features;
using ThemePark.Modules.Collection.Partitions;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Modules.Collection.Schedules;
using ThemePark.Modules.Collection.Writing;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection;

/// <summary>Snapshots and queues, kept for ever: polls live data, owns the one writer and the partitions.</summary>
public static class CollectionModule
{
    public static IServiceCollection AddCollection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PartitionKeeper>();
        services.AddSingleton(_ => WriterOptions.From(configuration));
        services.AddSetting<int>("Import:BatchSize", provider => provider.GetRequiredService<WriterOptions>().RowsPerLoad, new SettingAttribute { Default = "500000", Alias = "IMPORT_BATCH_SIZE", About = "Rows in one LOAD DATA; a day is one transaction whatever their number." });
        services.AddSingleton<SnapshotWriter>();
        services.AddSingleton<ISnapshotWriter>(provider => provider.GetRequiredService<SnapshotWriter>());
        services.AddSingleton<IDayLedger, DayLedger>();
        var section = configuration.GetSection(CollectionOptions.Section);
        services.AddOptions<CollectionOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<CollectionOptions>(CollectionOptions.Section);
        services.AddUpstream(configuration);
        services.AddSingleton<PollStore>();
        services.AddSingleton<TrackedDestinations>();
        services.AddSingleton<DestinationPoller>();
        services.AddSingleton<LivePartitions>();
        services.AddMetrics();
        services.AddSingleton<PollMeters>();
        services.AddTransient<LiveCollector>();
        services.AddSingleton<LiveCollection>();
        services.AddSingleton<ILiveCollection>(provider => provider.GetRequiredService<LiveCollection>());
        services.AddSingleton<IDataCollectionProbe>(provider => provider.GetRequiredService<LiveCollection>());
        services.AddSingleton<ParkAges>();
        services.AddSingleton<IMetricSource, LiveMetrics>();
        services.AddSingleton<ICoverage, Coverage>();
        services.AddSingleton<PollSums>();
        services.AddSingleton<ICollectionWatch, CollectionWatch>();
        services.AddSingleton<ILedgerAudit, LedgerAudit>();
        services.AddScoped<ICheckup, PartitionCheckup>();
        services.AddScoped<ICheckup, RowsCheckup>();
        services.AddSingleton<ScheduleStore>();
        // One per job run: the client belongs to its scope.
        services.AddScoped<ScheduleSync>();
        services.AddSingleton<IParkHours, ParkHours>();
        var cron = (section.Get<CollectionOptions>() ?? new CollectionOptions()).Cron;
        services.AddRecurring("collect", new CollectLive.Command(), cron, "Polls the live data of every destination.");
        services.AddRecurring("schedules", new SyncSchedules.Command(), "10 4 * * *", "Takes the hours parks publish for the next 60 days.");
        return services.AddMediator(typeof(CollectionModule).Assembly).AddCarter(typeof(CollectionModule).Assembly);
    }
}
