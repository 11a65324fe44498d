using ThemePark.Host.Console.Jobs;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Storage.Features;

namespace ThemePark.Host.Console.Storage;

/// <summary>The forms of the storage pages.</summary>
internal static class StorageActions
{
    public static void MapStorageActions(this IEndpointRouteBuilder app) => app.MapForms(StorageLinks.Actions).MapForm("/measure", (HttpContext http) => http.SendAsync(
        (_, why) => new QueueMeasurement.Command(why), _ => "Queued.", result => JobLinks.Of(result.JobId), StorageLinks.Summary));
}
