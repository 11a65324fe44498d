using Dapper;
using NodaTime.Extensions;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Schedules;

internal sealed class ParkHours(MySqlDatabase database, ICatalogue catalogue) : IParkHours
{
    // Beyond what a column holds nothing was seen.
    private static readonly DateTime Newest = new(9999, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    public Task<IReadOnlyDictionary<int, ParkHoursNow>> AtAsync(DateTimeOffset instant, CancellationToken ct) => AtAsync(instant, Newest, ct);

    public async Task<IReadOnlyDictionary<int, ParkHoursNow>> AtAsync(DateTimeOffset instant, DateTimeOffset knownAt, CancellationToken ct)
    {
        var parks = await catalogue.ListParksAsync(null, ct);
        var utcDay = DateOnly.FromDateTime(instant.UtcDateTime);
        // Somewhere it is the day before or the day after, and each park's neighbouring days are needed too.
        var days = await ReadAsync([.. parks.Select(p => p.ParkId)], utcDay.AddDays(-2), utcDay.AddDays(2), knownAt, ct);
        return parks.ToDictionary(p => p.ParkId, p =>
        {
            var today = instant.ToInstant().InZone(ScheduleZones.Of(p)).Date.ToDateOnly();
            PublishedDay Day(int offset) => DayHours.Judge(today.AddDays(offset), days[(p.ParkId, today.AddDays(offset))]);
            return DayHours.At(p.ParkId, instant, Day(-1), Day(0), Day(1));
        });
    }

    public async Task<IReadOnlyList<PublishedDay>> DaysAsync(int parkId, DateOnly first, DateOnly last, DateTimeOffset? knownAt, CancellationToken ct)
    {
        var days = await ReadAsync([parkId], first, last, knownAt ?? Newest, ct);
        var published = new List<PublishedDay>();
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            published.Add(DayHours.Judge(date, days[(parkId, date)]));
        }

        return published;
    }

    private async Task<ILookup<(int Park, DateOnly Date), VersionRow>> ReadAsync(
        int[] parks, DateOnly first, DateOnly last, DateTimeOffset knownAt, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<VersionRow>(new CommandDefinition(
            SelectVersions,
            new { Parks = parks.DefaultIfEmpty(0).ToArray(), First = first, Last = last, KnownAt = knownAt.UtcDateTime },
            cancellationToken: ct));
        return rows.ToLookup(r => (r.ParkId, r.LocalDate));
    }

    private const string SelectVersions =
        """
        SELECT
            v.park_id AS ParkId,
            v.local_date AS LocalDate,
            v.observed_at AS ObservedAt,
            v.unreadable IS NOT NULL AS Unreadable,
            v.simulated AS Simulated,
            s.type AS Type,
            s.description AS Description,
            s.opens_at AS OpensAt,
            s.closes_at AS ClosesAt,
            COALESCE(s.flags, 0) AS Flags,
            s.purchases AS Purchases
        FROM park_schedule_versions AS v
        LEFT JOIN park_schedules AS s
            ON s.park_id = v.park_id
            AND s.local_date = v.local_date
            AND s.observed_at = v.observed_at
        WHERE v.park_id IN @Parks
          AND v.local_date >= @First
          AND v.local_date <= @Last
          AND v.observed_at = (
            SELECT MAX(n.observed_at)
            FROM park_schedule_versions AS n
            WHERE n.park_id = v.park_id
              AND n.local_date = v.local_date
              AND n.observed_at <= @KnownAt)
        ORDER BY v.park_id, v.local_date, s.position
        """;
}
