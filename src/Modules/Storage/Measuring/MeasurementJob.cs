using ThemePark.Jobs;
using ThemePark.Modules.Storage.Features;

namespace ThemePark.Modules.Storage.Measuring;

/// <summary>The job that measures, asked for by hand; at most one is unfinished.</summary>
internal static class MeasurementJob
{
    public static ValueTask<JobId> EnqueueAsync(IJobs jobs, string by, CancellationToken cancellationToken) => jobs.EnqueueAsync(
        new MeasureStorage.Command(), new JobOptions { UniqueKey = "by hand", OnDuplicate = OnDuplicate.ReturnExisting, By = by }, null, cancellationToken);
}
