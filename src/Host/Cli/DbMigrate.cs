using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class DbMigrate
{
    public static Command Verb() => CommandTree.Verb("migrate", "Bring the schema up to date; creates the database when it is missing.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var services = await context.ServicesAsync(migrate: false, ct);
        var report = await services.GetRequiredService<MigrationRunner>().UpAsync(ct);
        context.Output.Result(report, () =>
        {
            foreach (var file in report.Changed)
            {
                context.Output.Line($"applied {file}");
            }

            context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"The schema is at version {report.Version:0000}."));
        });
        return ExitCodes.Done;
    }
}
