using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Imported objects against the ledger: whatever gave rows is the source of some day's.</summary>
internal sealed class HoldingsCheckup(RawManifest manifest, IDayLedger ledger, ICatalogue catalogue, IDayReplay replay) : ICheckup
{
    public string Name => "holdings";

    public Layer Layer => Layer.Holdings;

    public string Compares => "imported objects with the ledger's days";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        var ailments = new List<Ailment>();
        var count = 0;
        foreach (var uuid in await manifest.DestinationsAsync(cancellationToken))
        {
            var imported = (await manifest.ImportedAsync(uuid, cancellationToken)).Where(o => scope.Covers(o.First) || scope.Covers(o.Last)).ToList();
            if (imported.Count == 0 || await catalogue.FindDestinationAsync(uuid, cancellationToken) is not { } destination)
            {
                continue;
            }

            count += imported.Count;
            var sources = await ledger.SourceObjectsAsync(destination.DestinationId, imported.Min(o => o.First), imported.Max(o => o.Last), cancellationToken);
            var held = sources.SelectMany(s => s).ToHashSet(StringComparer.Ordinal);
            ailments.AddRange(imported.Where(o => !held.Contains(o.Key)).Select(o => new Ailment(
                string.Create(CultureInfo.InvariantCulture, $"{o.Key} was imported, and no day from {o.First:yyyy-MM-dd} to {o.Last:yyyy-MM-dd} has rows of it."),
                Remedy.Safe,
                "--fix writes its days again from the raw object.",
                new Lost(destination.DestinationId, o.First, o.Last))));
        }

        return new CheckupFindings(count, count, ailments);
    }

    public async Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken)
    {
        foreach (var lost in ailments.Select(a => a.Subject).OfType<Lost>().GroupBy(l => l.DestinationId))
        {
            var days = lost.SelectMany(l => Enumerable.Range(0, l.Last.DayNumber - l.First.DayNumber + 1).Select(l.First.AddDays)).Distinct().Order();
            await replay.ReplayAsync(lost.Key, [.. days], cancellationToken);
        }
    }

    private sealed record Lost(int DestinationId, DateOnly First, DateOnly Last);
}
