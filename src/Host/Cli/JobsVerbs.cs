using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;

namespace ThemePark.Host.Cli;

internal static class JobsVerbs
{
    private static readonly Argument<string> Id = new("ID") { Description = "The job" };
    private static readonly Option<string?> State = new("--state") { Description = "ENQUEUED, SCHEDULED, RUNNING, SUCCEEDED, FAILED or CANCELLED" };
    private static readonly Option<string?> Queue = new("--queue") { Description = "Only this queue" };
    private static readonly Option<string?> Name = new("--name") { Description = "Only this command, such as import.run.v1" };
    private static readonly Option<string?> Text = new("--text") { Description = "Only with this in the command, the last error or who asked" };
    private static readonly Option<string?> Sort = new("--sort") { Description = $"One of {string.Join(", ", JobReads.Sorts.Words)}. Default: -created" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "At most so many, 1 to 500. Default: 50" };
    private static readonly Option<string?> Why = new("--why") { Description = "Kept with it and in the audit log" };
    private static readonly Option<bool> All = new("--all") { Description = "Every job" };

    public static Command Group() => CommandTree.Group(
        "jobs",
        "The jobs of all nodes.",
        CommandTree.Verb("list", "Jobs, newest first unless --sort says otherwise.", ListAsync, State, Queue, Name, Text, Sort, Limit),
        CommandTree.Verb("show", "A job with its runs and its log.", ShowAsync, Id),
        CommandTree.Verb("retry", "Run a failed or cancelled job again.", (context, ct) => OneAsync(context, (id, why) => new RetryJob.Command(id, why), ct), Id, Why),
        CommandTree.Verb("retry-all", "Run all failed and cancelled jobs again that match.", RetryAllAsync, State, Queue, Name, Text, Why),
        CommandTree.Verb("cancel", "Cancel a waiting job, or tell a running one to stop.", (context, ct) => OneAsync(context, (id, why) => new CancelJob.Command(id, why), ct), Id, Why),
        CommandTree.Verb("hold", "Hold a waiting job back.", (context, ct) => OneAsync(context, (id, why) => new PauseJob.Command(id, why), ct), Id, Why),
        CommandTree.Verb("release", "Let a held job run.", (context, ct) => OneAsync(context, (id, why) => new ResumeJob.Command(id, why), ct), Id, Why),
        Work("pause", "Begin no more jobs of a queue, of a command, or at all; what runs goes on.", paused: true),
        Work("resume", "Take a pause away.", paused: false),
        CommandTree.Verb("pauses", "What is paused, by whom and why.", PausesAsync));

    private static Command Work(string name, string description, bool paused)
    {
        var verb = CommandTree.Verb(name, description, (context, ct) => WorkAsync(context, paused, ct), Queue, Name, All, Why);
        verb.Validators.Add(result =>
        {
            if ((result.GetValue(Queue) is null ? 0 : 1) + (result.GetValue(Name) is null ? 0 : 1) + (result.GetValue(All) ? 1 : 0) != 1)
            {
                result.AddError("Say what, once: --queue NAME, --name COMMAND or --all.");
            }
        });
        return verb;
    }

    private static async Task<int> ListAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var query = new ListJobs.Query(
            arguments.GetValue(State), arguments.GetValue(Queue), arguments.GetValue(Name), arguments.GetValue(Text), arguments.GetValue(Limit), null, arguments.GetValue(Sort));
        return context.Finish(await context.SendAsync(query, ct), page => context.Output.Result(page, () => Table(context.Output, page.Data)));
    }

    private static async Task<int> ShowAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new GetJob.Query(context.Arguments.GetRequiredValue(Id)), ct), found => context.Output.Result(found, () =>
        {
            Table(context.Output, [found.Job]);
            foreach (var attempt in found.Attempts)
            {
                context.Output.Line($"run {attempt.Run.ToString(CultureInfo.InvariantCulture)}\t{attempt.Outcome}\t{CliOutput.Instant(attempt.StartedAt)}\t{attempt.Node}\t{attempt.Error}");
            }

            foreach (var line in found.Log)
            {
                context.Output.Line($"{CliOutput.Instant(line.At)}\t{line.Level}\t{line.Text}");
            }
        }));

    private static async Task<int> OneAsync(CliContext context, Func<string, string?, MediatR.IRequest<Outcome<JobAnswer>>> command, CancellationToken ct) =>
        context.Finish(
            await context.SendAsync(command(context.Arguments.GetRequiredValue(Id), context.Arguments.GetValue(Why)), ct),
            job => context.Output.Result(job, () => Table(context.Output, [job])));

    private static async Task<int> RetryAllAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var command = new RetryJobs.Command(arguments.GetValue(State), arguments.GetValue(Queue), arguments.GetValue(Name), arguments.GetValue(Text), arguments.GetValue(Why));
        return context.Finish(await context.SendAsync(command, ct), result => context.Output.Result(result, () => context.Output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{result.Retried} retried, {result.Skipped} left to another job{(result.More ? "; there are more" : "")}"))));
    }

    private static async Task<int> WorkAsync(CliContext context, bool paused, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var (scope, subject) = arguments.GetValue(All) ? ("ALL", null) : arguments.GetValue(Queue) is { } queue ? ("QUEUE", queue) : ("NAME", arguments.GetValue(Name));
        return context.Finish(await context.SendAsync(new ChangePause.Command(scope, subject, paused, arguments.GetValue(Why)), ct), page => Pauses(context, page));
    }

    private static async Task<int> PausesAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new ListPauses.Query(), ct), page => Pauses(context, page));

    private static void Pauses(CliContext context, Page<JobPause> page) => context.Output.Result(page, () => context.Output.Table(
        ["scope", "subject", "since", "by", "why"],
        page.Data.Select(p => (IReadOnlyList<string>)[p.Scope, p.Subject, CliOutput.Instant(p.PausedAt), p.PausedBy, p.PausedWhy ?? ""])));

    private static void Table(CliOutput output, IEnumerable<JobAnswer> jobs) => output.Table(
        ["job", "name", "queue", "state", "waits for", "progress", "tries", "node", "by", "created", "error"],
        jobs.Select(j => (IReadOnlyList<string>)
        [
            j.JobId,
            j.Name,
            j.Queue,
            j.State,
            j.WaitingFor ?? "",
            j.Progress is { } progress ? string.Create(CultureInfo.InvariantCulture, $"{100 * progress:0} %") : "",
            string.Create(CultureInfo.InvariantCulture, $"{j.Attempts}/{j.MaxAttempts}"),
            j.Node ?? "",
            j.CreatedBy,
            CliOutput.Instant(j.CreatedAt),
            (j.LastError ?? "").Split('\n')[0],
        ]));
}
