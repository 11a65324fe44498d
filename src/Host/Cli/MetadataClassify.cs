using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Metadata.Features;

namespace ThemePark.Host.Cli;

internal static class MetadataClassify
{
    private static readonly Argument<int> Ride = new("ride") { Description = "The ride, by id." };
    private static readonly Option<int?> Tier = new("--tier") { Description = "1 to 3" };
    private static readonly Option<string?> Category = new("--category") { Description = "A word of yours" };
    private static readonly Option<string?> Place = new("--indoor-outdoor") { Description = "INDOOR, OUTDOOR or HYBRID" };
    private static readonly Option<string?> Why = new("--why") { Description = "Kept in the audit log" };

    public static Command Verb() => CommandTree.Verb(
        "classify", "Say tier, category and place of one ride; what is left out is taken back.", RunAsync, Ride, Tier, Category, Place, Why);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new ClassifyRide.Command(
                arguments.GetRequiredValue(Ride), arguments.GetValue(Tier), arguments.GetValue(Category), arguments.GetValue(Place)?.ToUpperInvariant(), arguments.GetValue(Why)),
            ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"ride {result.RideId}: tier {result.Tier?.ToString(CultureInfo.InvariantCulture) ?? "-"}, category {result.Category ?? "-"}, {result.IndoorOutdoor ?? "-"}{(result.Changed ? "" : " (as before)")}"))));
    }
}
