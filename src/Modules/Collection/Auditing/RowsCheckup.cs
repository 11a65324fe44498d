using System.Globalization;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Auditing;

/// <summary>
/// Rows against the ledger: how many there are, and whether they are those that were written. An archived day that is not is written again from its
/// raw object; of live rows the ledger is put right, because there is nothing else they could come from.
/// </summary>
internal sealed class RowsCheckup(ILedgerAudit audit, IDayReplay replay, ICatalogue catalogue, MySqlDatabase database) : ICheckup
{
    private const string Again = "--fix writes the day again from its raw object.";

    public string Name => "rows";

    public Layer Layer => Layer.Rows;

    public string Compares => "snapshots, queues and show times with the ledger";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var entries = (await connection.QueryAsync<(int ParkId, DateOnly Day, DataSource Source, int DestinationId)>(
                new CommandDefinition(SelectEntries, cancellationToken: cancellationToken)))
            .Where(e => scope.Covers(e.Day)).ToList();
        var destinations = entries.ToDictionary(e => (e.ParkId, e.Day, e.Source), e => e.DestinationId);
        var ailments = new List<Ailment>();
        var counts = await CountAsync(scope, entries.Select(e => e.Day).ToList(), cancellationToken);
        foreach (var wrong in counts.Wrong)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"Park {wrong.ParkId}, {wrong.UtcDay:yyyy-MM-dd}, {wrong.Source}: the ledger says {wrong.Listed} rows, there are {wrong.Counted}.");
            ailments.Add(OfEntry(what, wrong.ParkId, wrong.UtcDay, wrong.Source, destinations, isCount: true));
        }

        var known = await catalogue.GetRidesAsync([.. counts.Stray.Select(s => s.RideId).Distinct()], cancellationToken);
        foreach (var stray in counts.Stray)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"Ride {stray.RideId}, {stray.UtcDay:yyyy-MM-dd}, {stray.Source}: {stray.Rows} rows are in no ledger entry.");
            ailments.Add(known.TryGetValue(stray.RideId, out var ride)
                ? new Ailment(what, Remedy.Safe, stray.Source == DataSource.Live ? "--fix enters them." : $"--fix enters them. {Again}", new Stray(stray, ride.ParkId))
                : new Ailment(what, Remedy.ByHand, "The catalogue has no such ride. Raw rows are never removed by the program."));
        }

        var miscounted = counts.Wrong.Select(w => (w.ParkId, w.UtcDay, w.Source)).ToHashSet();
        var chosen = scope.Choose(entries);
        foreach (var (parkId, day, source, _) in chosen.Where(e => !miscounted.Contains((e.ParkId, e.Day, e.Source))))
        {
            if (await audit.IsIntactAsync(parkId, day, source, cancellationToken) == false)
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"Park {parkId}, {day:yyyy-MM-dd}, {source}: what is there is not what was written.");
                ailments.Add(OfEntry(what, parkId, day, source, destinations, isCount: false));
            }
        }

        return new CheckupFindings(chosen.Count, entries.Count, ailments);
    }

    public async Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken)
    {
        var again = new HashSet<(int Destination, DateOnly Day)>();
        foreach (var subject in ailments.Select(a => a.Subject))
        {
            switch (subject)
            {
                case Stray { Rows: var rows, ParkId: var parkId }:
                    var destination = (await catalogue.FindDestinationOfParkAsync(parkId, cancellationToken))!.DestinationId;
                    await audit.AdmitAsync(destination, parkId, rows, cancellationToken);
                    if (rows.Source == DataSource.Archive)
                    {
                        again.Add((destination, rows.UtcDay));
                    }

                    break;
                case Entry { Source: DataSource.Live } live:
                    await audit.RecountLiveAsync(live.ParkId, live.Day, cancellationToken);
                    break;
                case Entry entry:
                    await audit.DistrustAsync(entry.ParkId, entry.Day, entry.Source, cancellationToken);
                    again.Add((entry.DestinationId, entry.Day));
                    break;
            }
        }

        foreach (var days in again.GroupBy(a => a.Destination, a => a.Day))
        {
            await replay.ReplayAsync(days.Key, [.. days.Order()], cancellationToken);
        }
    }

    private async Task<LedgerCounts> CountAsync(CheckupScope scope, List<DateOnly> days, CancellationToken cancellationToken)
    {
        var first = scope.From ?? (days.Count == 0 ? scope.Today : days.Min()).AddMonths(-1);
        var last = scope.To ?? (days.Count == 0 || scope.Today > days.Max() ? scope.Today : days.Max());
        return await audit.CountAsync(first, last, cancellationToken);
    }

    private static Ailment OfEntry(
        string what, int parkId, DateOnly day, DataSource source, Dictionary<(int, DateOnly, DataSource), int> destinations, bool isCount)
    {
        var entry = new Entry(parkId, day, source, destinations.GetValueOrDefault((parkId, day, source)));
        return source == DataSource.Archive ? new Ailment(what, Remedy.Safe, Again, entry)
            : source == DataSource.Legacy ? new Ailment(what, Remedy.ByHand, "`legacy verify` finds the day, `legacy copy` writes it again from the legacy table.")
            : isCount ? new Ailment(what, Remedy.Safe, "--fix makes the ledger say what there is.", entry)
            : new Ailment(what, Remedy.ByHand, "Live rows cannot be had again. Restore the day from a backup, or leave it.");
    }

    private sealed record Entry(int ParkId, DateOnly Day, DataSource Source, int DestinationId);

    private sealed record Stray(StrayRows Rows, int ParkId);

    private const string SelectEntries =
        """
        SELECT park_id, utc_day, data_source, destination_id
        FROM snapshot_days
        WHERE row_count > 0
        ORDER BY utc_day, park_id, data_source
        """;
}
