using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Modules.Collection.Writing;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>
/// One poll of one destination. Everything it changes commits in one transaction with its row of <c>collection_runs</c>, which is the claim
/// of the slot as well: a poll that died leaves nothing, and a slot has one good poll whoever asks how often.
/// </summary>
internal sealed class DestinationPoller(
    SnapshotWriter writer,
    IEntityResolver resolver,
    ICatalogue catalogue,
    PollStore store,
    MySqlDatabase database,
    TimeProvider clock,
    ILogger<DestinationPoller> logger)
{
    public async Task<PollOutcome> PollAsync(UpstreamClient upstream, Guid destination, DateTime slot, CancellationToken ct)
    {
        var asked = clock.GetUtcNow().UtcDateTime;
        int? id = null;
        try
        {
            var destinationId = await catalogue.EnsureDestinationAsync(destination, null, ct);
            id = destinationId;
            if (await InsistAsync(token => store.IsPolledAsync(destinationId, slot, token), ct))
            {
                return PollOutcome.PolledBefore(destination, slot);
            }

            var document = await upstream.GetLiveAsync(destination, ct);
            if (document.Simulated && await InsistAsync(store.HoldsRealDataAsync, ct))
            {
                throw new UpstreamException(UpstreamFailure.InvalidData, "A simulator answers, and this database holds real data: they are not mixed.");
            }

            using var poll = LiveReader.Read(document.Body, new LiveReading(destination, new DateTimeOffset(slot)));
            var entities = await InsistAsync(token => ResolveAsync(poll, destination, slot, token), ct);
            return await InsistAsync(token => WriteAsync(destinationId, document, poll, entities, slot, asked, token), ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (e is not UpstreamException)
            {
                logger.LogError(e, "The poll of {Destination} could not be stored", destination);
            }

            if (id is { } known)
            {
                await FailAsync(known, slot, asked, e, ct);
            }

            return PollOutcome.Failed(destination, slot, e);
        }
    }

    /// <summary>The ride of every row that is of one; rows of parks, restaurants and hotels have none.</summary>
    private async Task<PolledEntities> ResolveAsync(LivePoll poll, Guid destination, DateTime slot, CancellationToken ct)
    {
        var answers = new ResolvedEntity?[poll.Entities.Count];
        var indexes = Enumerable.Range(0, poll.Entities.Count).Where(i => PolledEntities.IsRide(poll.Entities[i])).ToList();
        var resolved = await resolver.ResolveAsync(
            new ResolveRequest(destination, [.. indexes.Select(i => Observed(poll, poll.Entities[i], slot))], CreateMissing: true, "LIVE"), null, ct);
        for (var i = 0; i < indexes.Count; i++)
        {
            answers[indexes[i]] = resolved.Entities[i];
        }

        return new PolledEntities(poll, answers, resolved.Parks);
    }

    private static ObservedEntity Observed(LivePoll poll, LiveEntity entity, DateTime slot) =>
        new(
            entity.Uuid,
            entity.ExternalId,
            entity.ParkUuid,
            null,
            poll.Zone,
            entity.EntityType switch { "ATTRACTION" => EntityKind.Attraction, "SHOW" => EntityKind.Show, _ => EntityKind.Unknown },
            entity.Name is { Length: > 0 } name ? [new ObservedName(JsonValues.Cut(name, 255), slot)] : [],
            1,
            slot);

    private async Task<PollOutcome> WriteAsync(
        int destinationId, UpstreamDocument document, LivePoll poll, PolledEntities entities, DateTime slot, DateTime asked, CancellationToken ct)
    {
        var destination = poll.Asked.Destination;
        await using var connection = await database.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(ct);
        if (!await PollStore.ClaimAsync(destinationId, slot, tx, ct))
        {
            return PollOutcome.PolledBefore(destination, slot);
        }

        var before = await PollStore.StatesAsync([.. poll.Entities.Select(e => e.Uuid)], tx, ct);
        var (states, parts, changed) = entities.Compare(document.Body, before, slot);
        var instant = IsoInstant.FromDateTime(slot);
        using var encoded = writer.Encode(new DayContent(
            destinationId, IsoInstant.DayOf(instant), DataSource.Live, OverlapPolicy.Fill, OwnsDay: true, [new DaySlice(poll.Batch, entities.Rides, entities.Parks, "live")]));
        var written = (await writer.AppendAsync(encoded, instant, tx, ct))[0];
        var unmatched = entities.Unmatched(document.Body).ToList();
        var losses = RowCountSanity.Losses(await PollStore.LastParkRowsAsync(destinationId, slot, tx, ct), poll.RowsByPark());
        await PollStore.SaveRunAsync(
            new PollRun
            {
                DestinationId = destinationId,
                Slot = slot,
                Outcome = "OK",
                AskedAt = asked,
                AnsweredAt = document.ReceivedAt.UtcDateTime,
                NotModified = document.NotModified,
                Simulated = document.Simulated,
                RowsSeen = poll.Rows,
                Snapshots = written.Rows,
                Changed = changed,
                Duplicates = poll.Duplicates,
                Quarantined = poll.Quarantined,
                Unmatched = unmatched.Count,
                ParkRows = JsonSerializer.Serialize(poll.RowsByPark()),
                ParkLosses = losses.Count == 0 ? null : JsonSerializer.Serialize(losses.Select(l => new { park = l.Park, before = l.Before, now = l.Now })),
            },
            tx,
            ct);
        await PollStore.SaveStatesAsync(destinationId, states, tx, ct);
        await PollStore.SavePartsAsync(parts, slot, tx, ct);
        await PollStore.SaveQuarantineAsync(destinationId, slot, poll.Quarantine.Concat(unmatched), tx, ct);
        await tx.CommitAsync(ct);
        if (poll.Quarantined + unmatched.Count + losses.Count > 0)
        {
            logger.LogWarning(
                "{Destination}: {Quarantined} rows in quarantine, {Unmatched} without a ride, {Losses} parks lost rows", destination, poll.Quarantined, unmatched.Count, losses.Count);
        }

        return new PollOutcome(
            destination, slot, false, poll.Rows, written.Rows, changed, poll.Duplicates, poll.Quarantined, unmatched.Count, document.Simulated, null, null);
    }

    private async Task FailAsync(int destinationId, DateTime slot, DateTime asked, Exception reason, CancellationToken ct)
    {
        try
        {
            await InsistAsync(
                async token =>
                {
                    await using var connection = await database.OpenAsync(token);
                    await using var tx = await connection.BeginTransactionAsync(token);
                    if (await PollStore.ClaimAsync(destinationId, slot, tx, token))
                    {
                        var run = new PollRun { DestinationId = destinationId, Slot = slot, Outcome = "FAILED", AskedAt = asked, ErrorKind = PollErrors.Of(reason), ErrorMessage = reason.Message };
                        await PollStore.SaveRunAsync(run, tx, token);
                        await tx.CommitAsync(token);
                    }

                    return true;
                },
                ct);
        }
        catch (DbException e)
        {
            // The slot stays without a row, which is a gap as well.
            logger.LogError(e, "The failed poll of destination {DestinationId} could not be recorded", destinationId);
        }
    }

    /// <summary>What upstream says of now it says once: a database that is away for a moment must not cost the slot.</summary>
    private Task<T> InsistAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct) => MySqlRetry.RunAsync(work, clock, logger, ct);
}
