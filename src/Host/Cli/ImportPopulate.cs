using System.CommandLine;
using ThemePark.Modules.Import.Features;

namespace ThemePark.Host.Cli;

internal static class ImportPopulate
{
    public static Command Verb()
    {
        var verb = CommandTree.Verb(
            "populate",
            "Read what was fetched before again, without the archive: after a new mapping or a new version.",
            RunAsync,
            ImportStart.Destination,
            ImportStart.All,
            ImportStart.From,
            ImportStart.To,
            ImportStart.Why,
            ImportStart.Wait);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(ImportStart.Destination) is null == !result.GetValue(ImportStart.All))
            {
                result.AddError("Say what to read, once: --destination ID or --all.");
            }

            ImportStart.RefuseWhyOfAll(result);
        });
        return verb;
    }

    private static Task<int> RunAsync(CliContext context, CancellationToken ct) => context.Arguments.GetValue(ImportStart.All)
        ? ImportStart.AllAsync(
            context, new StartAllImports.Command(context.Arguments.GetValue(ImportStart.From), context.Arguments.GetValue(ImportStart.To), FromRaw: true), ct)
        : ImportStart.OneAsync(context, ImportStart.Named(context) with { FromRaw = true }, ct);
}
