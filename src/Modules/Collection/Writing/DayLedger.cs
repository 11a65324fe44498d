using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Writing;

internal sealed class DayLedger(MySqlDatabase database) : IDayLedger
{
    public async Task<ILookup<DateOnly, string>> SourceObjectsAsync(
        int destinationId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(DateOnly Day, string Objects)>(new CommandDefinition(
            SelectObjects, new { DestinationId = destinationId, First = first, Last = last }, cancellationToken: cancellationToken));
        return rows.SelectMany(r => r.Objects.Split(','), (r, o) => (r.Day, Object: o)).ToLookup(p => p.Day, p => p.Object);
    }

    private const string SelectObjects =
        """
        SELECT utc_day, source_object
        FROM snapshot_days
        WHERE destination_id = @DestinationId
          AND utc_day >= @First
          AND utc_day <= @Last
          AND row_count > 0
        """;
}
