using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Import.Features;

namespace ThemePark.Host.Cli;

internal static class ImportVerifyRaw
{
    private static readonly Option<int?> Destination = new("--destination") { Description = "Only this destination, by id." };
    private static readonly Option<bool> Repair = new("--repair")
    {
        Description = "Forget missing and damaged raw objects, so that the next import fetches them, and list intact files the manifest has lost.",
    };

    public static Command Verb() => CommandTree.Verb(
        "verify-raw", "Compare every raw object with the manifest; ends with 3 when anything was wrong, repaired or not.", RunAsync, Destination, Repair);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(new VerifyRaw.Command(arguments.GetValue(Destination), arguments.GetValue(Repair)), ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
        return code == ExitCodes.Done && !outcome.Value.FoundNothingWrong() ? ExitCodes.DoneWithErrors : code;
    }

    private static void Show(CliOutput output, VerifyRaw.Result result)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Checked} checked: {result.Intact} intact, {result.Missing} missing, {result.WrongSize} of wrong size, {result.WrongHash} of wrong hash; {result.Cleared} cleared"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"not listed: {result.Unlisted} intact, {result.UnlistedDamaged} damaged, {result.Superseded} superseded, {result.Foreign} foreign; {result.Readmitted} readmitted"));
        foreach (var damage in result.Damaged)
        {
            output.Line($"{damage.State}\t{damage.Path}\t{damage.Key}");
        }

        foreach (var file in result.UnlistedFiles)
        {
            output.Line($"UNLISTED\t{file}");
        }

        foreach (var file in result.ForeignFiles)
        {
            output.Line($"FOREIGN\t{file}");
        }
    }
}
