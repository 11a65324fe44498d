using System.CommandLine;
using System.CommandLine.Parsing;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Host.Cli;

internal static class ImportStart
{
    public static readonly Option<string?> Destination = new("--destination") { Description = "One destination, by id or UUID." };
    public static readonly Option<int?> Park = new("--park") { Description = "The destination of this park." };
    public static readonly Option<bool> All = new("--all") { Description = "Every destination of the archive." };
    public static readonly Option<DateOnly?> From = new("--from") { Description = "First day, yyyy-MM-dd. Default: the archive's first." };
    public static readonly Option<DateOnly?> To = new("--to") { Description = "Last day, yyyy-MM-dd. Default: the archive's last." };
    public static readonly Option<bool> Wait = new("--wait") { Description = "Work and watch until the import has ended; Ctrl-C leaves it to be resumed." };
    public static readonly Option<string?> Why = new("--why") { Description = "Kept in the audit log; not with --all" };
    public static readonly Option<bool> Refetch = new("--refetch") { Description = "Fetch and read every file again." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Do everything, keep nothing, and tell what would be written." };
    private static readonly Option<bool> NoCreate = new("--no-create") { Description = "Record entities nothing matches as unmatched instead of creating rides." };
    private static readonly Option<string?> Overlap = new("--overlap") { Description = "REPLACE or FILL: what happens to live rows of the archive's days." };

    public static Command Verb()
    {
        var verb = CommandTree.Verb(
            "start", "Import history from the archive.", RunAsync, Destination, Park, All, From, To, DryRun, Refetch, NoCreate, Overlap, Why, Wait);
        verb.Validators.Add(result =>
        {
            var named = (result.GetValue(Destination) is null ? 0 : 1) + (result.GetValue(Park) is null ? 0 : 1) + (result.GetValue(All) ? 1 : 0);
            if (named != 1)
            {
                result.AddError("Say what to import, once: --destination ID, --park ID or --all.");
            }

            RefuseWhyOfAll(result);
        });
        return verb;
    }

    /// <summary>Starting all keeps no reason.</summary>
    public static void RefuseWhyOfAll(CommandResult result)
    {
        if (result.GetValue(All) && result.GetValue(Why) is not null)
        {
            result.AddError("--why is kept with one import: it does not go with --all.");
        }
    }

    private static Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        return arguments.GetValue(All)
            ? AllAsync(
                context,
                new StartAllImports.Command(
                    arguments.GetValue(From), arguments.GetValue(To), arguments.GetValue(DryRun), arguments.GetValue(Refetch), CreateMissing: !arguments.GetValue(NoCreate)),
                ct)
            : OneAsync(
                context,
                Named(context) with
                {
                    DryRun = arguments.GetValue(DryRun),
                    Refetch = arguments.GetValue(Refetch),
                    CreateMissing = !arguments.GetValue(NoCreate),
                    Overlap = arguments.GetValue(Overlap)?.ToUpperInvariant(),
                },
                ct);
    }

    /// <summary>The destination and days as given; a destination is a UUID or a number.</summary>
    public static StartImport.Command Named(CliContext context)
    {
        var arguments = context.Arguments;
        var destination = arguments.GetValue(Destination);
        var isUuid = Guid.TryParse(destination, out var uuid);
        return new StartImport.Command(
            DestinationId: isUuid || destination is null ? null : int.TryParse(destination, out var id) ? id : -1,
            DestinationUuid: isUuid ? uuid : null,
            ParkId: arguments.GetValue(Park),
            StartDate: arguments.GetValue(From),
            EndDate: arguments.GetValue(To),
            Why: arguments.GetValue(Why));
    }

    public static async Task<int> OneAsync(CliContext context, StartImport.Command command, CancellationToken ct)
    {
        var started = await context.SendAsync(command, ct);
        return started.Failure is null && context.Arguments.GetValue(Wait)
            ? await ImportWatch.WaitAsync(context, [started.Value.ImportId], ct)
            : context.Finish(started, import => context.Output.Result(import, () => context.Output.Line($"{import.ImportId} {import.Status}")));
    }

    public static async Task<int> AllAsync(CliContext context, StartAllImports.Command command, CancellationToken ct)
    {
        var started = await context.SendAsync(command, ct);
        if (started.Failure is not null || !context.Arguments.GetValue(Wait))
        {
            return context.Finish(started, batch => context.Output.Result(batch, () => ImportText.Table(context.Output, batch.Imports)));
        }

        // A run that was under way before is part of "all": it is waited for with the others.
        return await ImportWatch.WaitAsync(context, [.. started.Value.Imports.Select(i => i.ImportId), .. started.Value.AlreadyRunning], ct);
    }
}

internal static class ImportText
{
    public static void Table(CliOutput output, IEnumerable<ImportView> imports) => output.Table(
        ["import", "destination", "status", "files", "failed", "records", "records/s", "matched", "by", "created"],
        imports.Select(i => (IReadOnlyList<string>)
        [
            i.ImportId,
            i.DestinationName ?? i.DestinationUuid.ToString(),
            i.Status,
            $"{i.Progress.FilesDone + i.Progress.FilesSkipped + i.Progress.FilesFailed}/{i.Progress.FilesTotal?.ToString(Culture) ?? "?"}",
            i.Progress.FilesFailed.ToString(Culture),
            i.Progress.RecordsImported.ToString("N0", Culture),
            i.Performance.RecordsPerSecond?.ToString("N0", Culture) ?? "",
            i.Matching.ObservationsMatchedPercent is { } rate ? rate.ToString("0.##", Culture) + " %" : "",
            i.StartedBy,
            CliOutput.Instant(i.CreatedAt),
        ]));

    private static System.Globalization.CultureInfo Culture => System.Globalization.CultureInfo.InvariantCulture;
}
