using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Calendar;

/// <summary>
/// What is held of many destinations on many UTC days, from the ledger and the records of imports and polls: a handful of queries however many days are
/// asked for, and never the raw rows.
/// </summary>
internal sealed class CalendarReader(MySqlDatabase database, IArchiveState archive, ICollectionWatch watch, TimeProvider clock)
{
    // Of live days the best within two weeks says what a day has: polls write a row of every ride.
    private const int Around = 14;
    private const double FullPercent = 95;

    /// <summary>By destination id, each day from first to last.</summary>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<DestinationDay>>> ReadAsync(
        IReadOnlyCollection<Destination> destinations, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        if (destinations.Count == 0)
        {
            return new Dictionary<int, IReadOnlyList<DestinationDay>>();
        }

        var files = await archive.DaysAsync([.. destinations.Select(d => d.Uuid)], first, last, cancellationToken);
        var extents = await archive.ExtentsAsync(cancellationToken);
        var polled = (await watch.PolledAsync(cancellationToken)).ToDictionary(p => p.DestinationId);
        await using var connection = await database.OpenAsync(cancellationToken);
        var held = (await connection.QueryAsync<(int Destination, DateOnly Day, DataSource Source, decimal Rows)>(new CommandDefinition(
            SumRows,
            new { Ids = destinations.Select(d => d.DestinationId), First = first.AddDays(-Around), Last = last.AddDays(Around) },
            cancellationToken: cancellationToken))).ToLookup(r => r.Destination);

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return destinations.ToDictionary(
            d => d.DestinationId,
            IReadOnlyList<DestinationDay> (d) =>
            {
                var rows = held[d.DestinationId].ToDictionary(r => (r.Day, r.Source), r => (long)r.Rows);
                var known = new Expected(
                    extents.TryGetValue(d.Uuid, out var extent) ? extent : null, polled.GetValueOrDefault(d.DestinationId), today);
                var listed = files[d.Uuid].ToDictionary(f => f.Day);
                return
                [
                    .. Enumerable.Range(first.DayNumber, last.DayNumber - first.DayNumber + 1).Select(DateOnly.FromDayNumber)
                        .Select(day => Of(day, listed.GetValueOrDefault(day), rows, known)),
                ];
            });
    }

    private static DestinationDay Of(DateOnly day, ArchiveDay? file, Dictionary<(DateOnly Day, DataSource Source), long> rows, Expected expected)
    {
        // Brought over from an existing warehouse is history too, as the archive is.
        var (live, archived) = (
            rows.GetValueOrDefault((day, DataSource.Live)), rows.GetValueOrDefault((day, DataSource.Archive)) + rows.GetValueOrDefault((day, DataSource.Legacy)));
        var source = (live > 0, archived > 0) switch
        {
            (true, true) => "LIVE+ARCHIVE",
            (true, false) => "LIVE",
            (false, true) => "ARCHIVE",
            _ => null,
        };
        // A file that was read says all there is of its day, even when that is nothing.
        if (file is { IsHeld: true })
        {
            return new DestinationDay(day, DayState.Full, 100, source, live + archived, file);
        }

        if (source is null)
        {
            var state = file is not null ? DayState.None : expected.Of(day);
            return new DestinationDay(day, state, state == DayState.None ? 0 : null, null, 0, file);
        }

        var most = Enumerable.Range(-Around, (2 * Around) + 1).Max(away => rows.GetValueOrDefault((day.AddDays(away), DataSource.Live)));
        double? percent = live > 0 ? Math.Round(100.0 * live / most, 1) : null;
        return new DestinationDay(day, percent >= FullPercent ? DayState.Full : DayState.Partial, percent, source, live + archived, file);
    }

    private const string SumRows =
        """
        SELECT destination_id, utc_day, data_source, SUM(row_count)
        FROM v_ledger
        WHERE destination_id IN @Ids
          AND utc_day >= @First
          AND utc_day <= @Last
          AND row_count > 0
        GROUP BY destination_id, utc_day, data_source
        """;

    /// <summary>What is known of a destination beside its rows.</summary>
    private sealed record Expected(ArchiveExtent? Archive, PolledDestination? Polled, DateOnly Today)
    {
        /// <summary>Of a day without rows and without a file.</summary>
        public DayState Of(DateOnly day)
        {
            if (day > Today)
            {
                return DayState.NotExpected;
            }

            var isArchived = Archive is { } extent && day >= extent.First && day <= extent.Last;
            var isAfterFirstPoll = Polled is not null && day >= DateOnly.FromDateTime(Polled.First);
            var isAfterLastPoll = Polled is { IsTracked: false } && day > DateOnly.FromDateTime(Polled.Last);
            return isArchived || (isAfterFirstPoll && !isAfterLastPoll) ? DayState.None
                : isAfterLastPoll || day < Archive?.First ? DayState.NotExpected
                : DayState.Unknown;
        }
    }
}
