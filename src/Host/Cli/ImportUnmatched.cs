using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Host.Cli;

internal static class ImportUnmatched
{
    public static readonly Option<int?> Destination = new("--destination") { Description = "Only this destination, by id." };
    public static readonly Option<string?> Status = new("--status") { Description = "OPEN, AMBIGUOUS, SUGGESTED, REOPENED, RESOLVED or IGNORED. Default: all but the last two" };
    public static readonly Option<string?> Text = new("--text") { Description = "Only those with this in their name, or with this id." };
    public static readonly Option<string?> Sort = new("--sort") { Description = "occurrences, first_seen, last_seen or name; with - in front the other way round. Default: -occurrences" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "At most so many. Default: 50" };
    private static readonly Option<int?> Offset = new("--offset") { Description = "Leave out the first so many." };

    public static Command Verb()
    {
        var verb = CommandTree.Verb("unmatched", "Entities without a ride, the most seen first.", RunAsync, Destination, Status, Text, Sort, Limit, Offset);
        verb.Add(ImportUnmatchedShow.Verb());
        verb.Add(ImportUnmatchedPreview.Verb());
        verb.Add(ImportUnmatchedResolve.Verb());
        verb.Add(ImportUnmatchedResolveMany.Verb());
        verb.Add(ImportUnmatchedReopen.Verb());
        verb.Add(ImportUnmatchedExport.Verb());
        return verb;
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new ListUnmatched.Query(
                arguments.GetValue(Destination),
                arguments.GetValue(Status)?.ToUpperInvariant(),
                arguments.GetValue(Text),
                arguments.GetValue(Sort),
                arguments.GetValue(Limit),
                arguments.GetValue(Offset)),
            ct);
        return context.Finish(outcome, page => context.Output.Result(page, () => Show(context.Output, page.Data)));
    }

    public static void Show(CliOutput output, IEnumerable<UnmatchedView> items) => output.Table(
        ["id", "destination", "park", "name", "uuid", "status", "reason", "seen", "days", "last", "may be"],
        items.Select(i => (IReadOnlyList<string>)
        [
            i.UnmatchedId.ToString(CultureInfo.InvariantCulture),
            i.DestinationName ?? i.DestinationId.ToString(CultureInfo.InvariantCulture),
            i.Park?.Name ?? "",
            i.Name ?? "",
            i.EntityUuid.ToString(),
            i.Status,
            i.Reason,
            i.Occurrences.ToString(CultureInfo.InvariantCulture),
            i.Days.ToString(CultureInfo.InvariantCulture),
            CliOutput.Instant(i.LastSeen),
            string.Join("; ", i.Candidates.Take(2).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.RideId} {c.Name} ({c.Score})"))),
        ]));
}

internal static class ImportUnmatchedResolve
{
    public static readonly Argument<int> Id = new("id") { Description = "The unmatched entity's id." };
    public static readonly Option<string> Action = new("--action")
    {
        Description = "map it to --ride, create a ride of its own, alias: its name is another name of --ride, or ignore it.",
        Required = true,
    };

    public static readonly Option<int?> Ride = new("--ride") { Description = "The ride's id, for map and alias." };
    private static readonly Option<string?> Note = new("--note") { Description = "Kept with the entity and in the audit log." };

    static ImportUnmatchedResolve() => Action.AcceptOnlyFromAmong("map", "create", "alias", "ignore");

    public static Command Verb() => CommandTree.Verb(
        "resolve", "Say what an unmatched entity is, and replay just the days it was seen on.", RunAsync, Id, Action, Ride, Note);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;

        // The replay is a job: it is done here where no host serves.
        await context.StartJobsAsync(ct);
        var outcome = await context.SendAsync(
            new ResolveUnmatched.Command(arguments.GetValue(Id), arguments.GetRequiredValue(Action), arguments.GetValue(Ride), arguments.GetValue(Note)), ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
    }

    private static void Show(CliOutput output, ResolveUnmatched.Result result)
    {
        var replay = result.Replay;
        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{result.EntityUuid} {result.Name}: {result.Status}{(result.RideId is { } ride ? $", ride {ride}" : "")}"));
        if (replay.ImportId is not null)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture, $"{replay.ImportId} {replay.Status}: {replay.Days} days, {replay.RowsAdded?.ToString("N0", CultureInfo.InvariantCulture) ?? "?"} rows added"));
        }

        if (replay.DaysWithoutRaw > 0)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{replay.DaysWithoutRaw} days have no raw object; import them again."));
        }
    }
}
