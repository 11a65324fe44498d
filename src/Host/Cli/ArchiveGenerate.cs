using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using ThemePark.Simulator;

namespace ThemePark.Host.Cli;

internal static class ArchiveGenerate
{
    private static readonly Option<string> Out = new("--out") { Description = "Directory to write; must be absent or empty.", Required = true, HelpName = "DIR" };
    private static readonly Option<int?> Destinations = Number("--destinations", "Number of destinations. Default: 3, with 8 parks", 1, 200);
    private static readonly Option<int?> Days = Number("--days", "Number of day files per destination. Default: 60", 1, 7_300);
    private static readonly Option<ulong?> Seed = new("--seed") { Description = "Decides every wait, breakdown and price.", HelpName = "N" };
    private static readonly Option<DateOnly?> FirstDay = new("--first-day") { Description = "Day of the first file. Default: so that the last one is 2025-11-30", HelpName = "DATE" };
    private static readonly Option<int?> RidesPerPark = Number("--rides-per-park", "Number of rides per park. Default: 12", 2, 500);
    private static readonly Option<int?> EventsPerFile = Number("--events-per-file", "Change rides so often that a file holds about N events.", 1, 200_000);
    private static readonly Option<bool> Clean = new("--clean") { Description = "Leave out broken files, broken events and stray objects." };
    private static readonly Option<bool> LocalDays = new("--local-days") { Description = "Cut files at the parks' midnight instead of the UTC one." };
    private static readonly Option<string?> Report = new("--report") { Description = "Write what an importer must find to this file, as JSON.", HelpName = "FILE" };

    public static Command Verb() => CommandTree.Verb(
        "generate",
        "Write an invented archive in the layout of the real one; equal options give equal content.",
        RunAsync, Out, Destinations, Days, Seed, FirstDay, RidesPerPark, EventsPerFile, Clean, LocalDays, Report);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var options = Read(context.Arguments);
        var report = context.Output.IsTerminal
            ? await AnsiConsole.Progress().StartAsync(async progress =>
            {
                var bar = progress.AddTask("Generating");
                return await ArchiveGenerator.GenerateAsync(options, new Bar(bar), ct);
            })
            : await ArchiveGenerator.GenerateAsync(options, null, ct);
        if (context.Arguments.GetValue(Report) is { } path)
        {
            await File.WriteAllTextAsync(path, report.ToJson(), ct);
        }

        var result = new
        {
            options.Out,
            report.FirstDay,
            report.LastDay,
            Destinations = report.Destinations.Count,
            Files = report.Files.Count,
            Bytes = report.Files.Sum(f => f.Bytes),
            Events = report.Listed,
            FailingFiles = report.Files.Count(f => f.Fails),
        };
        context.Output.Result(result, () => context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {result.Events:N0} events in {result.Files:N0} files ({result.Bytes:N0} bytes) to {options.Out}; {result.FailingFiles} of them are broken on purpose.")));
        return ExitCodes.Done;
    }

    private static GeneratorOptions Read(ParseResult arguments)
    {
        var options = new GeneratorOptions
        {
            Out = arguments.GetRequiredValue(Out),
            Ugly = !arguments.GetValue(Clean),
            LocalDayFiles = arguments.GetValue(LocalDays),
            FirstDay = arguments.GetValue(FirstDay),
            EventsPerFile = arguments.GetValue(EventsPerFile),
        };
        return options with
        {
            Destinations = arguments.GetValue(Destinations) ?? options.Destinations,
            Days = arguments.GetValue(Days) ?? options.Days,
            Seed = arguments.GetValue(Seed) ?? options.Seed,
            RidesPerPark = arguments.GetValue(RidesPerPark) ?? options.RidesPerPark,
        };
    }

    private static Option<int?> Number(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } value && (value < least || value > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is from {least} to {most}."));
            }
        });
        return option;
    }

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value * task.MaxValue;
    }
}
