using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Features;

/// <summary>Compares the raw store with its manifest, byte for byte, and repairs the manifest when asked; raw files are never touched.</summary>
internal static class VerifyRaw
{
    private const int Shown = 100;

    internal sealed record Command(int? DestinationId = null, bool Repair = false) : IRequest<Outcome<Result>>;

    /// <summary>
    /// <c>checked</c> = intact + missing + wrong_size + wrong_hash. Of the files on disk beyond those, <c>unlisted</c> could be the raw
    /// object of a day that has none, <c>unlisted_damaged</c> are not the bytes their name says, <c>superseded</c> are other versions of
    /// a day, and <c>foreign</c> bear no name of ours; the last two are nothing wrong. A repair lets the next import fetch the
    /// <c>cleared</c> days again, and <c>import populate</c> read the <c>readmitted</c> ones. Each list holds the first 100.
    /// </summary>
    internal sealed record Result(
        int Checked,
        int Intact,
        int Missing,
        int WrongSize,
        int WrongHash,
        int Unlisted,
        int UnlistedDamaged,
        int Superseded,
        int Foreign,
        int Cleared,
        int Readmitted,
        IReadOnlyList<Damage> Damaged,
        IReadOnlyList<string> UnlistedFiles,
        IReadOnlyList<string> ForeignFiles)
    {
        public bool FoundNothingWrong() => Checked == Intact && Unlisted + UnlistedDamaged == 0;
    }

    internal sealed record Damage(string Key, string Path, string State);

    internal sealed class Handler(ICatalogue catalogue, RawStore store, RawManifest manifest, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            Guid? only = null;
            if (request.DestinationId is { } id)
            {
                if (await catalogue.FindDestinationAsync(id, cancellationToken) is not { } destination)
                {
                    return Failure.NotFound("DESTINATION_NOT_FOUND", $"There is no destination {id}.");
                }

                only = destination.Uuid;
            }

            var findings = new Findings();
            var onDisk = store.Enumerate().Where(f => only is null || f.DestinationUuid == only).ToLookup(f => f.DestinationUuid);
            findings.AddForeign([.. onDisk[null].Select(f => f.RelativePath)]);
            var destinations = only is { } one
                ? [one]
                : (await manifest.DestinationsAsync(cancellationToken)).Union(onDisk.Select(g => g.Key).OfType<Guid>()).ToList();
            foreach (var destination in destinations)
            {
                var entries = await manifest.ListAsync(destination, cancellationToken);
                await CheckListedAsync(entries, request.Repair, findings, cancellationToken);
                await CheckUnlistedAsync(destination, entries, onDisk[destination], request.Repair, findings, cancellationToken);
            }

            var result = findings.ToResult();
            if (request.Repair)
            {
                await audit.RecordAsync(
                    "import.verify_raw",
                    only?.ToString(),
                    new { result.Checked, result.Intact, result.Missing, result.WrongSize, result.WrongHash, result.Cleared, result.Readmitted },
                    null,
                    cancellationToken);
            }

            return result;
        }

        private async Task CheckListedAsync(IReadOnlyList<RawEntry> entries, bool repair, Findings findings, CancellationToken cancellationToken)
        {
            foreach (var entry in entries)
            {
                if (entry.Raw is not { } raw)
                {
                    continue;
                }

                var state = await store.VerifyAsync(raw, cancellationToken);
                findings.Add(entry.Key, raw, state);
                if (repair && state != RawState.Intact && await manifest.ClearAsync(entry.Key, raw, cancellationToken))
                {
                    findings.Cleared++;
                }
            }
        }

        private async Task CheckUnlistedAsync(
            Guid destination, IReadOnlyList<RawEntry> entries, IEnumerable<RawFile> onDisk, bool repair, Findings findings, CancellationToken cancellationToken)
        {
            var listed = entries.Select(e => e.Raw?.RelativePath).ToHashSet();
            var held = entries.Where(e => e.Raw is not null).Select(e => e.Day).ToHashSet();
            foreach (var day in onDisk.Where(f => !listed.Contains(f.RelativePath)).GroupBy(f => f.Day!.Value))
            {
                if (held.Contains(day.Key))
                {
                    findings.Superseded += day.Count();
                    continue;
                }

                var intact = new List<(RawObject Raw, DateTime Written)>();
                foreach (var file in day)
                {
                    var actual = await store.MeasureAsync(file.RelativePath, cancellationToken);
                    if (actual.Sha256Hex.StartsWith(file.Sha256Prefix!, StringComparison.Ordinal))
                    {
                        intact.Add((actual, store.WrittenAt(actual)));
                    }
                    else
                    {
                        findings.UnlistedDamaged++;
                        findings.UnlistedFiles.Add(file.RelativePath);
                    }
                }

                if (intact.Count == 0)
                {
                    continue;
                }

                // The version fetched last is the one the day had.
                var (raw, written) = intact.MaxBy(f => f.Written);
                findings.Superseded += intact.Count - 1;
                findings.Unlisted++;
                findings.UnlistedFiles.Add(raw.RelativePath);
                var key = entries.FirstOrDefault(e => e.Day == day.Key)?.Key;
                if (repair && await manifest.AddAsync(key, destination, day.Key, raw, written, cancellationToken))
                {
                    findings.Readmitted++;
                }
            }
        }
    }

    private sealed class Findings
    {
        private readonly int[] _states = new int[Enum.GetValues<RawState>().Length];
        private readonly List<Damage> _damaged = [];
        private IReadOnlyList<string> _foreign = [];

        public List<string> UnlistedFiles { get; } = [];
        public int Unlisted { get; set; }
        public int UnlistedDamaged { get; set; }
        public int Superseded { get; set; }
        public int Cleared { get; set; }
        public int Readmitted { get; set; }

        public void AddForeign(IReadOnlyList<string> files) => _foreign = files;

        public void Add(string key, RawObject raw, RawState state)
        {
            _states[(int)state]++;
            if (state != RawState.Intact && _damaged.Count < Shown)
            {
                _damaged.Add(new Damage(key, raw.RelativePath, state.ToUpperSnake()));
            }
        }

        public Result ToResult() => new(
            _states.Sum(),
            _states[(int)RawState.Intact],
            _states[(int)RawState.Missing],
            _states[(int)RawState.WrongSize],
            _states[(int)RawState.WrongHash],
            Unlisted,
            UnlistedDamaged,
            Superseded,
            _foreign.Count,
            Cleared,
            Readmitted,
            _damaged,
            [.. UnlistedFiles.Take(Shown)],
            [.. _foreign.Take(Shown)]);
    }
}
