using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using FluentValidation;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

/// <summary>The command <c>themepark</c> and what its verbs have in common.</summary>
internal static class CommandTree
{
    private static readonly Option<bool> Json = new("--json") { Description = "Write the result, or the error, as one line of JSON.", Recursive = true };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Write errors only.", Recursive = true };

    // Not a RootCommand: that one names itself after its file.
    public static Command Build()
    {
        var help = new HelpOption();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return new Command("themepark", "A self-hosted theme-park data warehouse.")
        {
            help,
            new VersionOption(),
            Json,
            Quiet,
            Serve.Verb(),
            Group(
                "import",
                "The history from the archive.",
                ImportStart.Verb(),
                ImportPreview.Verb(),
                ImportPopulate.Verb(),
                ImportStatusVerb.Verb(),
                ImportList.Verb(),
                ImportPause.Verb(),
                ImportResume.Verb(),
                ImportCancel.Verb(),
                ImportRetry.Verb(),
                ImportDestinations.Verb(),
                ImportHoldings.Verb(),
                ImportFiles.Verb(),
                ImportQuality.Verb(),
                ImportUnmatched.Verb(),
                ImportMap.Verb(),
                ImportVerifyRaw.Verb(),
                ImportSource.Verb()),
            LegacyVerbs.Group(),
            Group(
                "metadata",
                "Parks and rides: what upstream and operators say of them.",
                MetadataSyncVerb.Verb(),
                MetadataExport.Verb(),
                MetadataApply.Verb(),
                MetadataClassify.Verb()),
            Group("collect", "Live data.", CollectOnceVerb.Verb()),
            Doctor.Verb(),
            Group("quality", "What is wrong with the data.", QualityCheck.Verb(), QualityCalendar.Verb()),
            JobsVerbs.Group(),
            NodesVerb.Verb(),
            SettingsVerb.Verb(),
            WatchVerbs.Group(),
            Group("rollup", "Figures by hour and day.", RollupRebuild.Verb()),
            Group("storage", "What the warehouse takes on disk.", StorageMeasureVerb.Verb()),
            Group("archive", "An archive to try things with.", ArchiveGenerate.Verb(), ArchiveServe.Verb()),
            Group("db", "The schema of the database.", DbMigrate.Verb(), DbStatus.Verb(), DbDown.Verb(), DbVerify.Verb()),
            MaintenanceVerbs.Group(),
            MaintenanceVerbs.Console(),
            BackupVerbs.Group(),
            DeployVerbs.Group(),
            Group("keys", "Admin keys: who may change things over HTTP.", KeysCreate.Verb(), KeysList.Verb(), KeysRevoke.Verb()),
        };
    }

    /// <summary>Runs one command line; the result is the process's exit code.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var parsed = Build().Parse(args);
        // The registrations above wait for a clean end, which takes a database longer than the library's two seconds.
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        var code = await parsed.InvokeAsync(configuration, stop.Token);
        return parsed.Action is ParseErrorAction ? ExitCodes.WrongUsage : code;

        // The second signal is not held back: it ends the process at once.
        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    public static Command Group(string name, string description, params Command[] verbs)
    {
        var group = new Command(name, description);
        foreach (var verb in verbs)
        {
            group.Add(verb);
        }

        return group;
    }

    /// <summary>A verb whose exceptions become exit codes.</summary>
    public static Command Verb(string name, string description, Func<CliContext, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Add(argument);
                    break;
                case Option option:
                    command.Add(option);
                    break;
            }
        }

        command.SetAction((parsed, ct) => RunAsync(parsed, run, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<CliContext, CancellationToken, Task<int>> run, CancellationToken ct)
    {
        var settings = parsed.InvocationConfiguration;
        var output = new CliOutput(settings.Output, settings.Error, parsed.GetValue(Json), parsed.GetValue(Quiet));
        try
        {
            await using var context = new CliContext(parsed, output);
            return await run(context, ct);
        }
        catch (ValidationException e)
        {
            output.Failure(ValidationFailures.ToFailure(e.Errors));
            return ExitCodes.WrongUsage;
        }
        catch (Exception e)
        {
            output.Failure(CliErrors.Of(e));
            return ExitCodes.Of(e);
        }
    }

    private sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(ExitCodes.Help);
            return code;
        }
    }
}
