using Dapper;
using NodaTime.Extensions;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Which operating day each park is in.</summary>
internal sealed class ParkDays(MySqlDatabase database, TimeProvider clock)
{
    /// <summary>By park id: the local date, or the day before while its operating day still runs past midnight.</summary>
    public async Task<IReadOnlyDictionary<int, DateOnly>> TodayAsync(IEnumerable<ParkInfo> parks, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var today = parks.ToDictionary(p => p.ParkId, p => now.ToInstant().InZone(p.Zone).Date.ToDateOnly());
        if (today.Count == 0)
        {
            return today;
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        var late = await connection.QueryAsync<(int Park, DateOnly Date)>(new CommandDefinition(
            SelectRunning,
            new { First = today.Values.Min().AddDays(-1), Last = today.Values.Max().AddDays(-1), Now = now.UtcDateTime },
            cancellationToken: cancellationToken));
        foreach (var (park, date) in late)
        {
            if (today.TryGetValue(park, out var local) && date == local.AddDays(-1))
            {
                today[park] = date;
            }
        }

        return today;
    }

    private const string SelectRunning =
        """
        SELECT park_id, stat_date
        FROM park_daily_stats
        WHERE stat_date >= @First
          AND stat_date <= @Last
          AND day_end > @Now
        """;
}
