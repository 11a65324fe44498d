using System.Globalization;
using Microsoft.Extensions.Logging;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Matching;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Mapping;

internal sealed class RideMappings(MySqlDatabase database, TimeProvider time, ILogger<RideMappings> logger) : IRideMappings
{
    /// <summary>The source of everything a person said.</summary>
    public const string Source = "OPERATOR";

    public async ValueTask<IReadOnlyList<Contracts.Mapping>> ExportAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await new CatalogueSession(connection, null, ct).ReadMappingsAsync();
    }

    public async ValueTask<MappingReport> ApplyAsync(IReadOnlyList<MappingRow> rows, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count == 0 ? new MappingReport(0, 0, 0, []) : await RunAsync(session => ApplyAsync(session, rows), ct);
    }

    public async ValueTask<MappingAnswer> MapUuidAsync(Guid uuid, int rideId, DateTime? from, DateTime? to, CancellationToken ct) =>
        await RunAsync(
            async session =>
            {
                var row = new MappingRow(1, uuid, rideId, null, null, from, to);
                var state = await session.ReadMappingStateAsync([uuid], [rideId]);
                var target = Target(row, rideId);
                var kept = state.Stored[uuid]
                    .Where(mapping => mapping.From != target.From)
                    .Select(mapping => new MappingRow(0, uuid, mapping.RideId, null, null, mapping.From, mapping.To))
                    .ToList();
                if (kept.Select(other => Target(other, 0)).FirstOrDefault(target.Overlaps) is { } overlap)
                {
                    return new MappingAnswer(MappingEffect.Rejected, null, string.Create(
                        CultureInfo.InvariantCulture, $"the uuid is already mapped from {overlap.From:yyyy-MM-dd} to {overlap.To:yyyy-MM-dd}"));
                }

                var report = await ApplyAsync(session, [row, .. kept]);
                return report.Rejected.FirstOrDefault(rejection => rejection.Line == 1) is { } rejected
                    ? new MappingAnswer(MappingEffect.Rejected, null, rejected.Reason)
                    : new MappingAnswer(
                        report.Created > 0 ? MappingEffect.Created : report.Updated > 0 ? MappingEffect.Updated : MappingEffect.Unchanged, rideId, null);
            },
            ct);

    public async ValueTask<MappingAnswer> CreateRideAsync(Guid uuid, int parkId, string? name, EntityKind kind, CancellationToken ct) =>
        await RunAsync(
            async session =>
            {
                if (uuid == Guid.Empty)
                {
                    return new MappingAnswer(MappingEffect.Rejected, null, "the uuid is the nil uuid");
                }

                if (await session.LockParksAsync([parkId]) == 0)
                {
                    return new MappingAnswer(MappingEffect.Rejected, null, "there is no such park");
                }

                var state = await session.ReadMappingStateAsync([uuid], []);
                if (state.Owners.TryGetValue(uuid, out var owner))
                {
                    return new MappingAnswer(MappingEffect.Rejected, owner, string.Create(CultureInfo.InvariantCulture, $"ride {owner} has that uuid"));
                }

                var (rideId, _) = (await session.CreateRidesAsync([new NewRide(uuid, parkId, kind, Source)]))[uuid];
                if (Entity.Clean(name) is { } clean)
                {
                    await session.NameAsync(new RideNow(rideId, clean, null, kind));
                }

                return new MappingAnswer(MappingEffect.Created, rideId, null);
            },
            ct);

    public async ValueTask<MappingAnswer> AddNameAliasAsync(int rideId, string name, DateTime? from, DateTime? to, CancellationToken ct) =>
        await RunAsync(
            async session =>
            {
                var clean = Entity.Clean(name);
                var normalized = clean is null ? "" : Kinds.Normalized(clean);
                var target = Target(new MappingRow(0, Guid.Empty, rideId, null, null, from, to), rideId);
                if (normalized.Length == 0)
                {
                    return new MappingAnswer(MappingEffect.Rejected, null, "the name holds no letter or digit");
                }

                if (target.To <= target.From)
                {
                    return new MappingAnswer(MappingEffect.Rejected, null, "valid_to is not after valid_from");
                }

                if (await session.FindParkOfRideAsync(rideId) is not { } parkId)
                {
                    return new MappingAnswer(MappingEffect.Rejected, null, "there is no such ride");
                }

                await session.LockParksAsync([parkId]);
                var siblings = (await session.ReadParkRidesAsync([parkId]))[parkId].Where(ride => ride.RideId != rideId);
                if (siblings.FirstOrDefault(ride => Clashes(ride, NameNormalizer.Key(normalized), target)) is { } clash)
                {
                    return new MappingAnswer(MappingEffect.Rejected, null, string.Create(
                        CultureInfo.InvariantCulture, $"ride {clash.RideId} of the same park has that name"));
                }

                var stored = await session.FindAliasAsync(rideId, clean!, target.From);
                await session.WriteAliasesAsync([new AliasRow(rideId, Kinds.Alias, clean!, normalized, target.From, target.To, Source)]);
                var effect = stored is null ? MappingEffect.Created : stored.To == target.To ? MappingEffect.Unchanged : MappingEffect.Updated;
                return new MappingAnswer(effect, rideId, null);
            },
            ct);

    private Task<T> RunAsync<T>(Func<CatalogueSession, Task<T>> work, CancellationToken ct) =>
        CatalogueTransaction.RunAsync(database, time, logger, work, ct);

    private static async Task<MappingReport> ApplyAsync(CatalogueSession session, IReadOnlyList<MappingRow> rows)
    {
        var named = rows.Any(row => row.RideId is null) ? await RideNames.ReadAsync(session, rows) : null;
        var found = rows.Select(row => (Row: row, Ride: row.RideId is { } id ? new RideSearch(id, null) : named!.Find(row))).ToList();
        var state = await session.ReadMappingStateAsync(
            [.. rows.Select(row => row.Uuid).Distinct()], [.. found.Select(pair => pair.Ride.RideId).OfType<int>().Distinct()]);
        var plan = new MappingPlan(state);
        foreach (var group in found.GroupBy(pair => pair.Row.Uuid))
        {
            var targets = group.Select(pair => Target(pair.Row, pair.Ride.RideId ?? 0)).ToList();
            var fault = group.Zip(targets).Select(pair => (pair.Second.Line, Reason: Fault(pair.First.Row, pair.First.Ride, pair.Second, state)))
                .FirstOrDefault(item => item.Reason is not null);
            if (fault.Reason is { } reason)
            {
                plan.Reject(targets, fault.Line, reason);
            }
            else
            {
                plan.Add(group.Key, targets);
            }
        }

        await session.ApplyMappingsAsync(plan);
        return new MappingReport(plan.Created, plan.Updated, plan.Unchanged, [.. plan.Rejected.OrderBy(rejection => rejection.Line)]);
    }

    private static string? Fault(MappingRow row, RideSearch ride, MappingTarget target, MappingState state)
    {
        if (row.Uuid == Guid.Empty)
        {
            return "the uuid is the nil uuid";
        }

        if (ride.RideId is not { } rideId)
        {
            return ride.Fault;
        }

        if (!state.Rides.Contains(rideId))
        {
            return string.Create(CultureInfo.InvariantCulture, $"there is no ride {rideId}");
        }

        return target.To <= target.From ? "valid_to is not after valid_from" : null;
    }

    private static bool Clashes(KnownRide ride, string key, MappingTarget target) =>
        NameNormalizer.Key(ride.Normalized) == key
        || ride.OtherNames.Any(other => other.Given && NameNormalizer.Key(other.Normalized) == key
            && target.Overlaps(new MappingTarget(0, Guid.Empty, ride.RideId, other.From, other.To)));

    private static MappingTarget Target(MappingRow row, int rideId) => new(
        row.Line,
        row.Uuid,
        rideId,
        row.ValidFrom is { } from ? Entity.Milliseconds(from) : Recognition.Always,
        row.ValidTo is { } to ? Entity.Milliseconds(to) : null);
}
