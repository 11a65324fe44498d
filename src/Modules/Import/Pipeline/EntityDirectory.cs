using System.Data.Common;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>
/// Who is who, for one run: every distinct entity is asked for once and remembered, and again only when it says something
/// new of itself (a name, an operator id, a kind) or a dated mapping ends. Days are asked in order, by one caller at a time.
/// </summary>
internal sealed class EntityDirectory(IEntityResolver resolver, ImportRun run)
{
    private readonly Dictionary<Guid, Known> _known = [];
    private readonly Dictionary<Guid, int> _parks = [];

    /// <summary>
    /// The ride of each of the file's entities on the day. Inside <paramref name="transaction"/> nothing is remembered: what it
    /// created goes with it.
    /// </summary>
    public async ValueTask<DaySlice> SliceAsync(FileWork work, DateOnly day, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        var file = work.Parsed!;
        var dayStart = IsoInstant.ToDateTime(IsoInstant.StartOf(day));
        var asked = file.Entities.Where(e => !IsKnown(e, dayStart)).ToList();
        if (asked.Count > 0)
        {
            var request = new ResolveRequest(run.DestinationUuid, [.. asked.Select(e => Observed(file, e))], run.CreateMissing, "ARCHIVE");
            var answer = await resolver.ResolveAsync(request, transaction, cancellationToken);
            for (var i = 0; i < asked.Count; i++)
            {
                _known[asked[i].Uuid] = new Known(
                    answer.Entities[i], asked[i].Names.Count > 0 ? asked[i].Names[^1].Name : null, asked[i].ExternalId, KindOf(asked[i]));
            }

            foreach (var (uuid, id) in answer.Parks)
            {
                _parks[uuid] = id;
            }
        }

        work.Resolved = [.. file.Entities.Select(e => _known[e.Uuid].Answer)];
        return new DaySlice(
            file.Batch,
            [.. work.Resolved.Select(r => new RideRef(r.RideId ?? 0, r.ParkId ?? 0))],
            [.. file.Parks.Select(p => _parks.GetValueOrDefault(p.Uuid))],
            work.File.Key);
    }

    public void Forget()
    {
        _known.Clear();
        _parks.Clear();
    }

    private bool IsKnown(FileEntity entity, DateTime day) =>
        _known.TryGetValue(entity.Uuid, out var known)
        && (known.Answer.HoldsFrom is null || day >= known.Answer.HoldsFrom)
        && (known.Answer.HoldsUntil is null || day < known.Answer.HoldsUntil)
        && (entity.Names.Count == 0 || (entity.Names.Count == 1 && entity.Names[0].Name == known.Name))
        && (entity.ExternalId is null || entity.ExternalId == known.ExternalId)
        && KindOf(entity) <= known.Kind;

    private static EntityKind KindOf(FileEntity entity) =>
        entity is { HasShowtimes: true, HasQueues: false } ? EntityKind.Show : EntityKind.Unknown;

    public static ObservedEntity Observed(DayFile file, FileEntity entity)
    {
        var park = entity.Parks.Count == 0 ? null : file.Parks[entity.Parks.MaxBy(p => (p.Value, -p.Key)).Key];
        return new ObservedEntity(
            entity.Uuid,
            entity.ExternalId,
            park?.Uuid,
            park?.Slug,
            entity.Zone < 0 ? null : file.Zones[entity.Zone],
            KindOf(entity),
            [.. entity.Names.OrderBy(n => n.Since).Select(n => new ObservedName(n.Name, IsoInstant.ToDateTime(n.Since)))],
            entity.Observations,
            IsoInstant.ToDateTime(entity.FirstSeen));
    }

    private sealed record Known(ResolvedEntity Answer, string? Name, string? ExternalId, EntityKind Kind);
}
