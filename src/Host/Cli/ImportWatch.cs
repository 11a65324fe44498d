using System.Globalization;
using Spectre.Console;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Host.Cli;

/// <summary>Works on imports in this process, beside whatever nodes serve, and shows them until they have ended.</summary>
internal static class ImportWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static async Task<int> WaitAsync(CliContext context, IReadOnlyList<string> importIds, CancellationToken ct)
    {
        var ended = await EndAsync(context, importIds, ct);
        context.Output.Result(ended, () => ImportText.Table(context.Output, ended));
        return Code(ended);
    }

    /// <summary>As <see cref="WaitAsync"/> for a verb whose result is another: how it went, but no result.</summary>
    public static async Task<int> WorkAsync(CliContext context, IReadOnlyList<string> importIds, CancellationToken ct) =>
        Code(await EndAsync(context, importIds, ct));

    private static async Task<List<ImportView>> EndAsync(CliContext context, IReadOnlyList<string> importIds, CancellationToken ct)
    {
        await context.StartJobsAsync(ct);
        var ended = new List<ImportView>();
        if (context.Output.IsTerminal)
        {
            await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
                .StartAsync(bars => FollowAsync(context, importIds, ended, new Bars(bars), ct));
        }
        else
        {
            await FollowAsync(context, importIds, ended, new Lines(context.Output), ct);
        }

        return ended;
    }

    private static int Code(List<ImportView> imports)
    {
        var states = imports.Select(i => EnumText.Parse<ImportStatus>(i.Status)).ToHashSet();
        return states.Any(s => s is ImportStatus.Failed or ImportStatus.Cancelled or ImportStatus.Interrupted or ImportStatus.Paused)
            ? imports.All(i => i.Errors.Kind == "ARCHIVE_UNAVAILABLE") ? ExitCodes.ArchiveUnreachable : ExitCodes.Failed
            : states.Contains(ImportStatus.CompletedWithErrors) ? ExitCodes.DoneWithErrors
            : ExitCodes.Done;
    }

    private static async Task FollowAsync(
        CliContext context, IReadOnlyList<string> importIds, List<ImportView> ended, IPrinter printer, CancellationToken ct)
    {
        var open = importIds.ToList();
        while (open.Count > 0)
        {
            foreach (var id in open.ToList())
            {
                var import = (await context.SendAsync(new GetImport.Query(id), ct)).Value;
                printer.Show(import);
                if (EnumText.Parse<ImportStatus>(import.Status) is not (ImportStatus.Pending or ImportStatus.InProgress or ImportStatus.Interrupted))
                {
                    open.Remove(id);
                    ended.Add(import);
                }
            }

            if (open.Count > 0)
            {
                await Task.Delay(Interval, ct);
            }
        }
    }

    private static string Name(ImportView import) => import.DestinationName ?? import.DestinationUuid.ToString("D")[..8];

    private interface IPrinter
    {
        void Show(ImportView import);
    }

    private sealed class Bars(ProgressContext bars) : IPrinter
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Show(ImportView import)
        {
            if (!_tasks.TryGetValue(import.ImportId, out var task))
            {
                _tasks[import.ImportId] = task = bars.AddTask(Markup.Escape(Name(import)), maxValue: 100);
            }

            task.Value = import.Progress.PercentComplete ?? 0;
            task.IsIndeterminate = import.Progress.PercentComplete is null;
            var rate = import.Performance.RecordsPerSecond is { } perSecond ? $" {perSecond.ToString("N0", CultureInfo.InvariantCulture)}/s" : "";
            task.Description = Markup.Escape($"{Name(import)} {import.Status.ToLowerInvariant()}{rate}");
        }
    }

    /// <summary>One line per import whenever it has moved by ten percent or changed its state.</summary>
    private sealed class Lines(CliOutput output) : IPrinter
    {
        private readonly Dictionary<string, (string Status, int Tenth)> _shown = [];

        public void Show(ImportView import)
        {
            var now = (import.Status, (int)((import.Progress.PercentComplete ?? 0) / 10));
            if (_shown.TryGetValue(import.ImportId, out var before) && before == now)
            {
                return;
            }

            _shown[import.ImportId] = now;
            var eta = import.Performance.EtaSeconds is { } seconds ? $", {TimeSpan.FromSeconds(Math.Ceiling(seconds)):c} left" : "";
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{Name(import)}: {import.Status} {import.Progress.PercentComplete ?? 0:0} %, {import.Progress.RecordsImported:N0} records, {import.Performance.RecordsPerSecond ?? 0:N0}/s{eta}"));
        }
    }
}
