namespace ThemePark.Jobs;

/// <summary>A recurring job as the API shows it.</summary>
internal sealed record RecurringAnswer(
    string Name,
    string Description,
    string JobName,
    string Cron,
    string TimeZone,
    RecurringPause? Paused,
    DateTime? NextAt,
    DateTime? LastAt,
    RecurringAnswer.Job? LastJob,
    long Skipped,
    DateTime? LastSkippedAt,
    DateTime? ChangedAt,
    string? ChangedBy,
    DateTime? RetiredAt,
    IReadOnlyList<DateTime> Preview)
{
    public static RecurringAnswer Of(RecurringView view) => new(
        view.Name, view.Description, view.JobName, view.Cron, view.TimeZone, view.Paused, view.NextAt, view.LastAt,
        view.LastJob is { } job ? new Job(job.Id.ToString(), job.State, job.Error, job.FinishedAt) : null,
        view.Skipped, view.LastSkippedAt, view.ChangedAt, view.ChangedBy, view.RetiredAt, view.Preview);

    internal sealed record Job(string JobId, JobState State, string? Error, DateTime? FinishedAt);
}
