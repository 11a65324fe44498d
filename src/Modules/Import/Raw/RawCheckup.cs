using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Raw;

/// <summary>Raw files against their manifest: that each is there, with its size, and of a choice of them every byte. What is not is fetched again.</summary>
internal sealed class RawCheckup(RawManifest manifest, RawStore store, ICatalogue catalogue, DayReplay replay) : ICheckup
{
    public string Name => "raw_files";

    public Layer Layer => Layer.RawFiles;

    public string Compares => "raw files on disk with the manifest";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        var held = new List<(Guid Destination, RawEntry Entry)>();
        foreach (var destination in await manifest.DestinationsAsync(cancellationToken))
        {
            held.AddRange((await manifest.ListAsync(destination, cancellationToken)).Where(e => e.Raw is not null && scope.Covers(e.Day)).Select(e => (destination, e)));
        }

        var ailments = new List<Ailment>();
        var read = scope.Choose(held).ToHashSet();
        foreach (var (destination, entry) in held)
        {
            var state = read.Contains((destination, entry)) ? await store.VerifyAsync(entry.Raw!, cancellationToken) : store.Exists(entry.Raw!) ? RawState.Intact : RawState.Missing;
            if (state != RawState.Intact)
            {
                ailments.Add(new Ailment(
                    string.Create(CultureInfo.InvariantCulture, $"{entry.Raw!.RelativePath} is {state.ToUpperSnake()}."),
                    Remedy.Safe,
                    "--fix fetches it from the archive again and writes its days.",
                    new Damage(destination, entry)));
            }
        }

        return new CheckupFindings(read.Count, held.Count, ailments);
    }

    public async Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken)
    {
        foreach (var damaged in ailments.Select(a => a.Subject).OfType<Damage>().GroupBy(d => d.Destination))
        {
            foreach (var entry in damaged.Select(d => d.Entry))
            {
                await manifest.ClearAsync(entry.Key, entry.Raw!, cancellationToken);
            }

            var destination = await catalogue.FindDestinationAsync(damaged.Key, cancellationToken)
                ?? throw new InvalidOperationException($"The catalogue has no destination {damaged.Key}.");
            await replay.FetchAsync(destination, [.. damaged.Select(d => d.Entry.Day).Distinct().Order()], cancellationToken);
        }
    }

    private sealed record Damage(Guid Destination, RawEntry Entry);
}
