using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Partitions;
using ThemePark.Modules.Collection.Schedules;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Modules.Collection.Writing;

namespace ThemePark.Modules.Collection;

/// <summary>Snapshots and queues, kept for ever; owns the one writer and the partitions.</summary>
public static class CollectionModule
{
    public static IServiceCollection AddCollection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PartitionKeeper>();
        services.AddSingleton(_ => WriterOptions.From(configuration));
        services.AddSingleton<ISnapshotWriter, SnapshotWriter>();
        services.AddSingleton<IDayLedger, DayLedger>();
        services.AddUpstream(configuration);
        services.AddSingleton<ScheduleStore>();
        // One per job run: the client belongs to its scope.
        services.AddScoped<ScheduleSync>();
        services.AddSingleton<IParkHours, ParkHours>();
        return services.AddMediator(typeof(CollectionModule).Assembly).AddCarter(typeof(CollectionModule).Assembly);
    }
}
