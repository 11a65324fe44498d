using System.CommandLine;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class DbVerify
{
    public static Command Verb() => CommandTree.Verb("verify", "Check that the schema is exactly what this build expects; exit code 1 when not.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var services = await context.ServicesAsync(migrate: false, ct);
        var problems = await services.GetRequiredService<MigrationRunner>().VerifyAsync(ct);
        context.Output.Result(new { Ok = problems.Count is 0, Problems = problems }, () =>
            context.Output.Line(problems.Count is 0 ? "The schema is what this build expects." : string.Join(Environment.NewLine, problems)));
        return problems.Count is 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
