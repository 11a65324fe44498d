using System.Security.Cryptography;
using System.Text;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>The entities of one poll with the rides they are, compared with the poll before.</summary>
internal sealed class PolledEntities(LivePoll poll, ResolvedEntity?[] answers, IReadOnlyDictionary<Guid, int> parks)
{
    private const int MaxPartName = 64;

    // Upstream maintains neither status nor wait of these; words yet to come are taken for something to ride.
    private static readonly HashSet<string> NoRides = ["PARK", "RESTAURANT", "HOTEL", "DESTINATION"];

    public RideRef[] Rides { get; } = [.. answers.Select(a => new RideRef(a?.RideId ?? 0, a?.ParkId ?? 0))];

    public int[] Parks { get; } = [.. poll.Parks.Select(p => parks.GetValueOrDefault(p))];

    public static bool IsRide(LiveEntity entity) => !NoRides.Contains(entity.EntityType);

    /// <summary>Rows that are of a ride nobody can name: kept as sent, because no table of rides can hold them.</summary>
    public IEnumerable<QuarantinedRow> Unmatched(ReadOnlyMemory<byte> body)
    {
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is { RideId: null } answer)
            {
                var (start, length) = poll.Raw[i];
                yield return QuarantinedRow.Of(i, "UNMATCHED_" + (answer.UnmatchedReason ?? UnmatchedReasons.NoMatch), body.Span.Slice(start, length), answer.Uuid);
            }
        }
    }

    /// <summary>
    /// The state of every entity as it is now, the parts that changed, and how many entities changed. Show times that are those of the poll before are
    /// taken out of the rows to be written, once a UTC day has them.
    /// </summary>
    public (IReadOnlyList<EntityState> States, IReadOnlyList<PartChange> Parts, int Changed) Compare(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<Guid, KnownState> before, DateTime slot)
    {
        var parts = poll.Parts.ToLookup(p => p.Entity);
        var changes = new List<PartChange>();
        var states = new List<EntityState>(poll.Entities.Count);
        var changed = 0;
        var rows = poll.Batch.Rows;
        for (var i = 0; i < poll.Entities.Count; i++)
        {
            var entity = poll.Entities[i];
            var known = before.GetValueOrDefault(entity.Uuid);
            ref var row = ref rows[i];
            var state = StateHash.OfState(in row, poll.Batch.Queues.Slice(row.QueueStart, row.QueueCount));
            var shows = ShowsOf(ref row, known, slot);
            var hashes = Parts(entity.Uuid, parts[i], body.Span, known, changes);
            var isChanged = known is null || !state.AsSpan().SequenceEqual(known.StateHash) || !shows.AsSpan().SequenceEqual(known.ShowsHash);
            changed += isChanged ? 1 : 0;
            states.Add(new EntityState
            {
                EntityUuid = entity.Uuid,
                ParkUuid = entity.ParkUuid,
                ParkId = answers[i]?.ParkId ?? (entity.ParkUuid is { } park && parks.TryGetValue(park, out var id) ? id : null),
                RideId = answers[i]?.RideId,
                EntityType = JsonValues.Cut(entity.EntityType, 32),
                Name = entity.Name is null ? null : JsonValues.Cut(entity.Name, 255),
                UnmatchedReason = answers[i] is { RideId: null } a ? a.UnmatchedReason ?? UnmatchedReasons.NoMatch : null,
                Status = row.Status == RideStatus.None ? null : (int)row.Status,
                WaitMinutes = row.Wait == SnapshotRow.NoWait ? null : row.Wait,
                Flags = (int)row.Flags,
                StateHash = state,
                ShowsHash = shows,
                PartHashes = hashes,
                LastUpdatedAt = entity.LastUpdated is { } updated && Storable(updated) ? IsoInstant.ToDateTime(updated) : null,
                LastSeenAt = slot,
                ChangedAt = isChanged ? slot : known!.ChangedAt,
            });
        }

        return (states, changes, changed);
    }

    private byte[] ShowsOf(ref SnapshotRow row, KnownState? known, DateTime slot)
    {
        if ((row.Flags & (ObservationFlags.ShowtimesStated | ObservationFlags.ShowtimesUnchanged)) == 0)
        {
            return known?.ShowsHash ?? new byte[StateHash.Bytes];
        }

        var hash = StateHash.OfShows(poll.Batch.Shows.Slice(row.ShowStart, row.ShowCount));
        if (known is not null && known.LastSeenAt.Date == slot.Date && hash.AsSpan().SequenceEqual(known.ShowsHash))
        {
            row.Flags = (row.Flags & ~ObservationFlags.ShowtimesStated) | ObservationFlags.ShowtimesUnchanged;
            row.ShowCount = 0;
        }

        return hash;
    }

    private static Dictionary<string, string> Parts(
        Guid uuid, IEnumerable<LivePart> parts, ReadOnlySpan<byte> body, KnownState? known, List<PartChange> changes)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var json = body.Slice(part.Start, part.Length);
            var (name, hash) = (NameOf(part.Name), StateHash.OfPart(json));
            if (known is null || !known.PartHashes.TryGetValue(name, out var last) || last != hash)
            {
                changes.Add(new PartChange(uuid, name, Encoding.UTF8.GetString(json)));
            }

            hashes[name] = hash;
        }

        foreach (var name in known?.PartHashes.Keys ?? [])
        {
            if (!hashes.ContainsKey(name))
            {
                changes.Add(new PartChange(uuid, name, null));
            }
        }

        return hashes;
    }

    // A longer name keeps its beginning and stays itself.
    private static string NameOf(string name) =>
        name.Length <= MaxPartName ? name : name[..(MaxPartName - 17)] + "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));

    private static bool Storable(long instant) => instant is > 0 and < 4_102_444_800_000;
}
