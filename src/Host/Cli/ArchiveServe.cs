using System.CommandLine;
using ThemePark.Simulator;

namespace ThemePark.Host.Cli;

internal static class ArchiveServe
{
    private static readonly Argument<string> Directory = new("directory") { Description = "The bucket's root, for instance what 'archive generate' wrote." };
    private static readonly Option<int> Port = new("--port") { Description = "Loopback port; 0 takes a free one.", DefaultValueFactory = _ => 9000, HelpName = "P" };
    private static readonly Option<string> Bucket = new("--bucket") { Description = "Name of the bucket.", DefaultValueFactory = _ => "archive.themeparks.wiki" };
    private static readonly Option<int> PageSize = new("--page-size") { Description = "Largest page of a listing.", DefaultValueFactory = _ => 1_000, HelpName = "N" };
    private static readonly Option<ulong> FaultSeed = new("--fault-seed") { Description = "Decides which requests a probability hits.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<string[]> Faults = new("--fault")
    {
        Description =
            "What goes wrong, several times if wanted: KIND[,op=get|list|head|head-bucket][,keys=PATTERN][,attempt=N][,count=N][,probability=P]"
            + "[,retry-after=SECONDS][,delay=MILLISECONDS]. Kinds: 500, 503, 429, 403, 404, truncate, short, long, slow, black-hole, stall, html, "
            + "empty-listing, changing-listing. The first that fits a request decides.",
        HelpName = "FAULT",
    };

    public static Command Verb()
    {
        Port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65_535)
            {
                result.AddError("--port is from 0 to 65535.");
            }
        });
        PageSize.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000)
            {
                result.AddError("--page-size is from 1 to 1000.");
            }
        });
        Faults.Validators.Add(result =>
        {
            foreach (var text in result.GetValueOrDefault<string[]>() ?? [])
            {
                try
                {
                    Fault.Parse(text);
                }
                catch (FormatException e)
                {
                    result.AddError(e.Message);
                }
            }
        });
        return CommandTree.Verb(
            "serve", "Serve a directory as the upstream's bucket until stopped, with faults on request.",
            RunAsync, Directory, Port, Bucket, PageSize, Faults, FaultSeed);
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var root = context.Arguments.GetRequiredValue(Directory);
        if (!System.IO.Directory.Exists(root))
        {
            context.Output.Error("NOT_FOUND", $"There is no directory {root}.");
            return ExitCodes.NotFound;
        }

        var faults = new FaultPlan(context.Arguments.GetValue(FaultSeed));
        foreach (var text in context.Arguments.GetValue(Faults) ?? [])
        {
            faults.Add(Fault.Parse(text));
        }

        await using var server = await ArchiveServer.StartAsync(
            new ArchiveServerOptions
            {
                Directory = root,
                Port = context.Arguments.GetValue(Port),
                Bucket = context.Arguments.GetRequiredValue(Bucket),
                PageSize = context.Arguments.GetValue(PageSize),
                Faults = faults,
            },
            ct);
        context.Output.Result(
            new { Endpoint = server.BaseAddress, server.Bucket },
            () => context.Output.Line($"Serving {root} as bucket {server.Bucket} on {server.BaseAddress} (path style, no keys needed). Ctrl-C stops."));
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stop = ct.Register(stopped.SetResult);
        await stopped.Task;
        return ExitCodes.Done;
    }
}
