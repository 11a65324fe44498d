using ThemePark.Jobs;
using ThemePark.Modules.Operations.Features;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>The job of a backup: while one waits or runs, asking again answers that one.</summary>
internal static class BackupJob
{
    private const string Key = "backup";

    public static ValueTask<JobId> EnqueueAsync(IJobs jobs, string by, string? why, CancellationToken cancellationToken) => jobs.EnqueueAsync(
        new CreateBackup.Command(why), new JobOptions { UniqueKey = Key, OnDuplicate = OnDuplicate.ReturnExisting, By = by }, null, cancellationToken);
}
