using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Features;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;
using ThemePark.MySql;

namespace ThemePark.Modules.Storage.Alerts;

/// <summary>
/// Compares the last measurement with the thresholds, and opens, updates and closes alerts. Whatever changes is committed together with the jobs that
/// tell of it; what an earlier look could not deliver is tried again.
/// </summary>
internal sealed class AlertCheck(
    MeasurementStore measurements, AlertStore store, MySqlDatabase database, IJobs jobs, IOptions<StorageOptions> options, TimeProvider clock, ILogger<AlertCheck> logger)
{
    public async Task<AlertChanges> RunAsync(CancellationToken cancellationToken)
    {
        if (await measurements.LatestAsync(cancellationToken) is not { } latest)
        {
            return new AlertChanges(0, 0, 0, 0);
        }

        var series = GrowthSeries.Of(await measurements.SinceAsync(latest.MeasuredAt.AddDays(-AlertRules.Window), cancellationToken));
        var partitions = (await measurements.PartitionsAsync(latest.MeasurementId, null, cancellationToken)).CountBy(p => p.Table).ToDictionary();
        var verdict = AlertRules.Judge(series, Capacity.Of(latest, options.Value), partitions, options.Value.Alerts);

        var (changes, events) = await MySqlRetry.RunAsync(token => ApplyOnceAsync(verdict, token), clock, logger, cancellationToken);
        foreach (var (what, alert) in events)
        {
            var level = what is AlertEvent.Closed ? LogLevel.Information : alert.Severity is AlertSeverity.Critical ? LogLevel.Error : LogLevel.Warning;
            logger.Log(
                level, "Storage alert {AlertId} {Event}: {Severity} {Type}: {Message}",
                alert.AlertId, what.ToUpperSnake(), alert.Severity.ToUpperSnake(), alert.Type.ToUpperSnake(), alert.Message);
        }

        await SendAgainAsync(cancellationToken);
        return changes;
    }

    // Of two looks at once the second finds the key of an alert taken that it wanted to open; looking again it finds the alert.
    private async Task<(AlertChanges Changes, IReadOnlyList<(AlertEvent Event, Alert Alert)> Events)> ApplyOnceAsync(Verdict verdict, CancellationToken cancellationToken)
    {
        try
        {
            return await ApplyAsync(verdict, cancellationToken);
        }
        catch (DbException e) when (MySqlErrors.IsDuplicateKey(e))
        {
            return await ApplyAsync(verdict, cancellationToken);
        }
    }

    private async Task<(AlertChanges Changes, IReadOnlyList<(AlertEvent Event, Alert Alert)> Events)> ApplyAsync(Verdict verdict, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var open = (await AlertStore.HoldOpenAsync(tx, cancellationToken)).ToDictionary(a => (a.Type, a.Subject));
        var events = new List<(AlertEvent Event, Alert Alert)>();

        foreach (var finding in verdict.Findings)
        {
            var before = open.GetValueOrDefault((finding.Type, finding.Subject));
            open.Remove((finding.Type, finding.Subject));
            var alert = await AlertStore.PutAsync(tx, before, finding, now, cancellationToken);
            if (before?.Severity != alert.Severity)
            {
                events.Add((before is null ? AlertEvent.Opened : AlertEvent.Changed, alert));
            }
        }

        foreach (var over in open.Values.Where(a => !verdict.Unknown.Contains(a.Type)))
        {
            events.Add((AlertEvent.Closed, await AlertStore.CloseAsync(tx, over, now, cancellationToken)));
        }

        foreach (var (what, alert) in events)
        {
            foreach (var channel in AlertChannels.Configured(options.Value.Alerts))
            {
                var delivery = await AlertStore.AddDeliveryAsync(tx, alert, what, channel, now, cancellationToken);
                await jobs.EnqueueAsync(new DeliverAlert.Command(delivery), Once(delivery), tx, cancellationToken);
            }
        }

        await tx.CommitAsync(cancellationToken);
        var closed = Count(AlertEvent.Closed);
        return (new AlertChanges(Count(AlertEvent.Opened), Count(AlertEvent.Changed), closed, verdict.Findings.Count + open.Count - closed), events);

        int Count(AlertEvent what) => events.Count(e => e.Event == what);
    }

    // A job that ran out of tries is no reason to forget what it was to tell.
    private async Task SendAgainAsync(CancellationToken cancellationToken)
    {
        foreach (var delivery in await store.UndeliveredAsync([.. AlertChannels.Configured(options.Value.Alerts)], cancellationToken))
        {
            await jobs.EnqueueAsync(new DeliverAlert.Command(delivery), Once(delivery), null, cancellationToken);
        }
    }

    private static JobOptions Once(uint delivery) => new() { UniqueKey = FormattableString.Invariant($"delivery:{delivery}"), OnDuplicate = OnDuplicate.ReturnExisting };
}
