using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class DbDown
{
    private static readonly Argument<int> Count = new("count") { Description = "How many versions to take back, newest first. Their data is lost." };

    public static Command Verb()
    {
        var verb = CommandTree.Verb("down", "Take the newest versions of the schema back.", RunAsync, Count);
        verb.Validators.Add(result =>
        {
            // A token that is no number is reported by the parser itself.
            if (result.GetResult(Count)?.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var count) && count < 1)
            {
                result.AddError("The count must be at least 1.");
            }
        });
        return verb;
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var services = await context.ServicesAsync(migrate: false, ct);
        var report = await services.GetRequiredService<MigrationRunner>().DownAsync(context.Arguments.GetValue(Count), ct);
        context.Output.Result(report, () =>
        {
            foreach (var file in report.Changed)
            {
                context.Output.Line($"ran {file}");
            }

            context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"The schema is at version {report.Version:0000}."));
        });
        return ExitCodes.Done;
    }
}
