using System.CommandLine;
using System.Globalization;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Features;

namespace ThemePark.Host.Cli;

internal static class MetadataSyncVerb
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly Option<int?> Park = new("--park") { Description = "Only this park.", HelpName = "ID" };
    private static readonly Option<bool> AcceptRemovals = new("--accept-removals")
    {
        Description = "Believe a list of this park that lacks more than a tenth of it: the park really lost them.",
    };

    public static Command Verb() => CommandTree.Verb(
        "sync",
        "Take over what upstream says of parks and entities, and watch; ends with 3 when a park was refused or not synced in full. Ctrl-C leaves the rest to a node.",
        RunAsync,
        Park,
        AcceptRemovals);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var command = new StartMetadataSync.Command(context.Arguments.GetValue(Park), context.Arguments.GetValue(AcceptRemovals));
        var started = await context.SendAsync(command, ct);
        if (started.Failure is not null)
        {
            return context.Finish(started, _ => { });
        }

        await context.StartJobsAsync(ct);
        var job = await FollowAsync(context, JobId.Parse(started.Value.JobId), ct);
        var outcome = await context.SendAsync(new GetMetadataSync.Query(started.Value.JobId, Limit: 500, Offset: null), ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result, job)));
        return code != ExitCodes.Done ? code
            : outcome.Value.Data.Count == 0 ? ExitCodes.Failed
            : job.State != JobState.Succeeded || outcome.Value.Data.Any(park => park.Outcome != "SYNCED") ? ExitCodes.DoneWithErrors
            : ExitCodes.Done;
    }

    /// <summary>Until the job is done, or waits for another try: whichever node is there then makes it.</summary>
    private static async Task<JobView> FollowAsync(CliContext context, JobId id, CancellationToken ct)
    {
        var jobs = (await context.ServicesAsync(migrate: true, ct)).GetRequiredService<IJobs>();
        var tenth = -1;
        while (true)
        {
            var job = (await jobs.GetAsync(id, ct))!;
            var now = (int)((job.Progress ?? 0) * 10);
            if (now > tenth)
            {
                tenth = now;
                context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{now * 10} %"));
            }

            if (job.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled || job is { State: JobState.Scheduled, Attempts: > 0 })
            {
                return job;
            }

            await Task.Delay(Interval, ct);
        }
    }

    private static void Show(CliOutput output, GetMetadataSync.Result result, JobView job)
    {
        var totals = result.Summary;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.Created} created, {totals.Updated} updated, {totals.Unchanged} unchanged, {totals.Failed} failed, {totals.Delisted} delisted"));
        foreach (var park in result.Data.Where(park => park.Outcome != "SYNCED"))
        {
            output.Line($"{park.Outcome}\t{park.Name ?? park.Uuid.ToString()}\t{park.Reason}");
        }

        if (job.State != JobState.Succeeded)
        {
            output.Line($"{job.State}: {job.LastError}");
        }
    }
}
