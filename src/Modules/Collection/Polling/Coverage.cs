using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>From the ledger and the polls; never counts raw rows.</summary>
internal sealed class Coverage(MySqlDatabase database, IOptions<CollectionOptions> options) : ICoverage
{
    public async Task<IReadOnlyList<Covered>> CoveredAsync(int destinationId, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var asked = new
        {
            DestinationId = destinationId,
            From = from,
            To = to,
            FirstDay = DateOnly.FromDateTime(from),
            LastDay = DateOnly.FromDateTime(to),
            FirstSlot = from - options.Value.Interval,
        };
        var days = await connection.QueryAsync<(DateOnly Day, bool Own, DateTime First, DateTime Last)>(
            new CommandDefinition(SelectArchive, asked, cancellationToken: cancellationToken));
        var slots = await connection.QueryAsync<DateTime>(new CommandDefinition(SelectSlots, asked, cancellationToken: cancellationToken));
        var stretches = days
            .Select(d => d.Own ? Day(d.Day) : new Covered(d.First, d.Last.AddSeconds(1)))
            .Concat(slots.Select(s => new Covered(s, s + options.Value.Interval)));
        return Union(stretches, Utc(from), Utc(to));
    }

    internal static List<Covered> Union(IEnumerable<Covered> stretches, DateTime from, DateTime to)
    {
        var union = new List<Covered>();
        foreach (var stretch in stretches.OrderBy(s => s.Start))
        {
            var start = Utc(stretch.Start < from ? from : stretch.Start);
            var end = Utc(stretch.End > to ? to : stretch.End);
            if (start >= end)
            {
                continue;
            }

            if (union.Count > 0 && start <= union[^1].End)
            {
                union[^1] = new Covered(union[^1].Start, end > union[^1].End ? end : union[^1].End);
            }
            else
            {
                union.Add(new Covered(start, end));
            }
        }

        return union;
    }

    private static Covered Day(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), day.AddDays(1).ToDateTime(TimeOnly.MinValue));

    private static DateTime Utc(DateTime value) => DateTime.SpecifyKind(value, DateTimeKind.Utc);

    // A day is its own when the object named after it is among those its rows came from, or an existing warehouse had it; a park without rows that day does not make it less covered.
    private const string SelectArchive =
        """
        SELECT
            utc_day,
            MAX(data_source = 3 OR source_object LIKE CONCAT('%/', DATE_FORMAT(utc_day, '%Y/%m/%d'), '.%')),
            MIN(first_at),
            MAX(last_at)
        FROM snapshot_days
        WHERE destination_id = @DestinationId
          AND utc_day >= @FirstDay
          AND utc_day <= @LastDay
          AND data_source IN (2, 3)
          AND row_count > 0
        GROUP BY utc_day
        """;

    private const string SelectSlots =
        """
        SELECT slot
        FROM collection_runs
        WHERE destination_id = @DestinationId
          AND slot > @FirstSlot
          AND slot < @To
          AND outcome = 'OK'
        """;
}
