using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Simulator;

namespace ThemePark.Host.Cli;

internal static class ArchiveServe
{
    private static readonly Argument<string> Directory = new("directory") { Description = "The bucket's root, for instance what 'archive generate' wrote." };
    private static readonly Option<int> Port = new("--port") { Description = "Loopback port; 0 takes a free one.", DefaultValueFactory = _ => 9000, HelpName = "P" };
    private static readonly Option<string> Bucket = new("--bucket") { Description = "Name of the bucket.", DefaultValueFactory = _ => "archive.themeparks.wiki" };
    private static readonly Option<int> PageSize = new("--page-size") { Description = "Largest page of a listing.", DefaultValueFactory = _ => 1_000, HelpName = "N" };
    private static readonly Option<ulong> FaultSeed = new("--fault-seed") { Description = "Decides which requests a probability hits.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<bool> NoLive = new("--no-live") { Description = "Serve the bucket alone." };
    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Decides what the live API states; with the archive's own, both tell one story.",
        DefaultValueFactory = _ => new LiveWorldOptions().Seed,
        HelpName = "N",
    };

    private static readonly Option<int> Destinations = new("--destinations") { Description = "Destinations of the live API.", DefaultValueFactory = _ => 3, HelpName = "N" };
    private static readonly Option<int> RidesPerPark = new("--rides-per-park") { Description = "Rides per park of the live API.", DefaultValueFactory = _ => 12, HelpName = "N" };
    private static readonly Option<int> Days = new("--days") { Description = "Days of the archive.", DefaultValueFactory = _ => 60, HelpName = "N" };
    private static readonly Option<DateOnly?> FirstDay = new("--first-day") { Description = "First day of the archive. Default: as 'archive generate' has it", HelpName = "DATE" };
    private static readonly Option<double> Speed = new("--speed") { Description = "Simulated seconds per second.", DefaultValueFactory = _ => 1, HelpName = "X" };
    private static readonly Option<DateTimeOffset?> Start = new("--start") { Description = "Simulated instant to start at, UTC unless it says otherwise. Default: now", HelpName = "INSTANT" };
    private static readonly Option<string[]> LiveFaults = new("--live-fault")
    {
        Description =
            "What goes wrong with the live API, several times if wanted: KIND[,path=PATTERN][,destination=ID|SLUG][,attempt=N][,count=N][,from=INSTANT]"
            + "[,until=INSTANT][,probability=P][,retry-after=SECONDS][,delay=MILLISECONDS][,rows=N|all][,entity=ID]. Kinds: "
            + string.Join(", ", LiveFault.KnownWords) + ". Later ones: POST and DELETE /_sim/faults.",
        HelpName = "FAULT",
    };

    private static readonly Option<string[]> Faults = new("--fault")
    {
        Description =
            "What goes wrong with the bucket, several times if wanted: KIND[,op=get|list|head|head-bucket][,keys=PATTERN][,attempt=N][,count=N][,probability=P]"
            + "[,retry-after=SECONDS][,delay=MILLISECONDS]. Kinds: 500, 503, 429, 403, 404, truncate, short, long, slow, black-hole, stall, html, "
            + "empty-listing, changing-listing. The first that fits a request decides.",
        HelpName = "FAULT",
    };

    public static Command Verb()
    {
        Range(Port, 0, 65_535);
        Range(PageSize, 1, 1_000);
        Range(Destinations, 1, 200);
        Range(RidesPerPark, 2, 500);
        Range(Days, 1, 7_300);
        Range(Speed, 0, 1_000_000);
        Start.CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(
                result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
            {
                return instant;
            }

            result.AddError("--start is an instant such as 2026-07-04T12:00:00Z.");
            return null;
        };
        Readable(Faults, text => Fault.Parse(text));
        Readable(LiveFaults, text => LiveFault.Parse(text));
        return CommandTree.Verb(
            "serve", "Serve a directory as the upstream's bucket, and an invented live API beside it, until stopped, with faults on request.",
            RunAsync, Directory, Port, Bucket, PageSize, Faults, FaultSeed, NoLive, Seed, Destinations, RidesPerPark, Days, FirstDay, Speed, Start, LiveFaults);
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var root = context.Arguments.GetRequiredValue(Directory);
        if (!System.IO.Directory.Exists(root))
        {
            context.Output.Failure(Failure.NotFound("NOT_FOUND", $"There is no directory {root}."));
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
                Live = context.Arguments.GetValue(NoLive) ? null : Live(context.Arguments),
            },
            ct);
        context.Output.Result(
            new { Endpoint = server.BaseAddress, server.Bucket, Live = server.LiveAddress },
            () =>
            {
                context.Output.Line($"Serving {root} as bucket {server.Bucket} on {server.BaseAddress} (path style, no keys needed). Ctrl-C stops.");
                if (server.LiveAddress is { } live)
                {
                    context.Output.Line($"Simulating the live API on {live}; its clock and faults: {server.BaseAddress}_sim/state.");
                }
            });
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stop = ct.Register(stopped.SetResult);
        await stopped.Task;
        return ExitCodes.Done;
    }

    private static LiveServerOptions Live(ParseResult arguments)
    {
        var faults = new LiveFaultPlan(arguments.GetValue(FaultSeed));
        foreach (var text in arguments.GetValue(LiveFaults) ?? [])
        {
            faults.Add(LiveFault.Parse(text));
        }

        return new LiveServerOptions
        {
            World = new LiveWorldOptions
            {
                Seed = arguments.GetValue(Seed),
                Destinations = arguments.GetValue(Destinations),
                RidesPerPark = arguments.GetValue(RidesPerPark),
                Days = arguments.GetValue(Days),
                FirstDay = arguments.GetValue(FirstDay),
            },
            Clock = new SimClock(arguments.GetValue(Start) ?? TimeProvider.System.GetUtcNow(), arguments.GetValue(Speed)),
            Faults = faults,
        };
    }

    private static void Range<T>(Option<T> option, T least, T most)
        where T : IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is { } value && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is from {least} to {most}."));
            }
        });
    }

    private static void Readable(Option<string[]> option, Action<string> parse)
    {
        option.Validators.Add(result =>
        {
            foreach (var text in result.GetValueOrDefault<string[]>() ?? [])
            {
                try
                {
                    parse(text);
                }
                catch (FormatException e)
                {
                    result.AddError(e.Message);
                }
            }
        });
    }
}
