using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Host.Cli;

internal static class LegacyVerbs
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly Option<bool> Wait = new("--wait") { Description = "Work in this process too, and end when it is done" };
    private static readonly Option<bool> AcceptUnknown = new("--accept-unknown") { Description = "Swap although rows of unknown rides, or odd ones, stay behind" };
    private static readonly Option<bool> Discard = new("--discard") { Description = "Also take the copied rows away again; only before a swap" };
    private static readonly Option<string?> State = new("--state") { Description = "PENDING, COPIED, VERIFIED or MISMATCH" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "At most so many, 1 to 500. Default: 50" };
    private static readonly Option<string?> Why = new("--why") { Description = "Kept in the audit log" };

    public static Command Group() => CommandTree.Group(
        "legacy",
        "Bring over an existing warehouse (Legacy:ConnectionString).",
        CommandTree.Verb("plan", "What is there, and how it would be brought over; changes nothing.", PlanAsync),
        CommandTree.Verb(
            "copy", "Copy what is not copied yet, beside the running system.",
            (context, ct) => StartAsync(context, new CopyLegacy.Command(context.Arguments.GetValue(Why)), context.Arguments.GetValue(Wait), ct), Wait, Why),
        CommandTree.Verb("status", "Where it stands.", StatusAsync),
        CommandTree.Verb("days", "What became of the rows, day by day.", DaysAsync, State, Limit),
        CommandTree.Verb("unknown", "Rides nobody can place, and their rows.", UnknownAsync, Limit),
        CommandTree.Verb(
            "verify", "Compare every copied day with the legacy table; ends with 3 when one differs.",
            (context, ct) => StartAsync(context, new VerifyLegacy.Command(context.Arguments.GetValue(Why)), wait: true, ct), Why),
        CommandTree.Verb(
            "swap", "Freeze the legacy table, bring over its last rows, and show ours in its place.",
            (context, ct) => StartAsync(context, new SwapLegacy.Command(context.Arguments.GetValue(AcceptUnknown), context.Arguments.GetValue(Why)), wait: true, ct),
            AcceptUnknown, Why),
        CommandTree.Verb(
            "rollback", "Put the legacy table back as it was, with what was collected since.",
            (context, ct) => StartAsync(context, new RollBackLegacy.Command(context.Arguments.GetValue(Discard), context.Arguments.GetValue(Why)), wait: true, ct),
            Discard, Why));

    private static async Task<int> StartAsync(CliContext context, MediatR.IRequest<Outcome<LegacyView>> command, bool wait, CancellationToken ct)
    {
        var started = await context.SendAsync(command, ct);
        if (!wait || started.Failure is not null)
        {
            return context.Finish(started, view => Show(context.Output, view));
        }

        await context.StartJobsAsync(ct);
        var shown = "";
        while (true)
        {
            var outcome = await context.SendAsync(new GetLegacy.Query(), ct);
            if (outcome.Failure is not null || outcome.Value.Job is null or { State: "SUCCEEDED" or "FAILED" or "CANCELLED" })
            {
                var code = context.Finish(outcome, view => Show(context.Output, view));
                return code != ExitCodes.Done ? code
                    : outcome.Value.Totals.Mismatched > 0 ? ExitCodes.DoneWithErrors
                    : outcome.Value.Job is { State: "SUCCEEDED" } ? ExitCodes.Done
                    : ExitCodes.Failed;
            }

            if (outcome.Value.Job.Note is { } note && note != shown)
            {
                context.Output.Line(note);
                shown = note;
            }

            await Task.Delay(Interval, ct);
        }
    }

    private static async Task<int> PlanAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new PlanLegacy.Query(), ct), plan => context.Output.Result(plan, () =>
        {
            context.Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Source} {plan.Table}: about {plan.RowsEstimated:N0} rows, {plan.Bytes / 1e6:N0} MB, {CliOutput.Instant(plan.FirstAt)} to {CliOutput.Instant(plan.LastAt)}"));
            context.Output.Line($"days are read by {plan.ReadBy ?? "no key: the whole table for each day"}");
            context.Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"rides: {plan.KnownRides} known; unknown {plan.UnknownRides.Values.Sum()} ({string.Join(", ", plan.UnknownRides.Select(u => $"{u.Key} {u.Value}"))})"));
            context.Output.Line(plan.IsSameServer
                ? "swap: the table is renamed to ride_status_snapshots_legacy and a view over ours takes its place"
                : "swap: the table is renamed to ride_status_snapshots_legacy; on another server than ours no view takes its place");
            context.Output.Line(plan.QueueRowsEstimated is { } queues
                ? string.Create(CultureInfo.InvariantCulture, $"queue_data: about {queues:N0} rows, which are not brought over")
                : "queue_data: none");
        }));

    private static async Task<int> StatusAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new GetLegacy.Query(), ct), view => Show(context.Output, view));

    private static async Task<int> DaysAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new ListLegacyDays.Query(context.Arguments.GetValue(State), context.Arguments.GetValue(Limit)), ct);
        return context.Finish(outcome, page => context.Output.Result(page, () => context.Output.Table(
            ["day", "state", "listed", "copied", "duplicates", "kept", "unknown", "odd", "note"],
            page.Data.Select(IReadOnlyList<string> (d) =>
            [
                d.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), d.State, .. new[] { d.Listed, d.Copied, d.Duplicates, d.Kept, d.Unknown, d.Odd }.Select(Text), d.Note ?? "",
            ]))));
    }

    private static async Task<int> UnknownAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new ListLegacyUnknown.Query(context.Arguments.GetValue(Limit)), ct);
        return context.Finish(outcome, page => context.Output.Result(page, () => context.Output.Table(
            ["ride", "name", "park", "wiki id", "reason", "rows", "days", "first", "last"],
            page.Data.Select(IReadOnlyList<string> (r) =>
            [
                Text(r.LegacyRideId), r.Name ?? "", r.ParkName ?? "", r.WikiId ?? "", r.Reason, Text(r.RowCount), Text(r.Days), CliOutput.Instant(r.FirstAt), CliOutput.Instant(r.LastAt),
            ]))));
    }

    private static void Show(CliOutput output, LegacyView view) => output.Result(view, () =>
    {
        output.Line($"{view.Source}: {view.State}{(view.Step is null ? "" : $" ({view.Step})")}{(view.Job is null ? "" : $", job {view.Job.JobId} {view.Job.State}")}");
        var totals = view.Totals;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.Listed:N0} rows = {totals.Copied:N0} copied + {totals.Duplicates:N0} duplicates + {totals.Kept:N0} kept + {totals.Unknown:N0} unknown + {totals.Odd:N0} odd; {view.UndatedRows:N0} without a date"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.Days} days: {totals.Pending} pending, {totals.Verified} verified, {totals.Mismatched} differ; rides: {view.Rides.Known} known, {view.Rides.Unknown} unknown"));
        if (view.Swap is { } swap)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"frozen {CliOutput.Instant(swap.FrozenAt)}; writers stood still {Milliseconds(swap.WriteDowntimeMs)}, readers {Milliseconds(swap.ReadDowntimeMs)}; {swap.WrittenBack:N0} rows written back"));
        }

        if (view.Error is not null)
        {
            output.Line(view.Error);
        }
    });

    private static string Milliseconds(long? value) => value is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms} ms") : "unknown";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
