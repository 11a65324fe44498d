using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Schedules;

/// <summary>Adds versions of days whose statement changed; nothing is ever updated or deleted.</summary>
internal sealed class ScheduleStore(MySqlDatabase database, TimeProvider clock, ILogger<ScheduleStore> logger)
{
    /// <summary>Writes one document in one transaction of the run, or nothing of it.</summary>
    /// <param name="today">The park's local day, by park id: what was published of earlier days may drop out of the list without meaning anything.</param>
    /// <returns>Days whose statement changed.</returns>
    public Task<int> WriteAsync(
        IReadOnlyList<MonthStatement> parks, DateOnly month, IReadOnlyDictionary<int, DateOnly> today, DateTimeOffset seen, bool simulated, IJobRun job, CancellationToken ct) =>
        job.WriteAsync(
            database,
            async (tx, token) =>
            {
                var connection = (SafeMySqlConnection)tx.Connection!;
                var held = await HeldAsync(connection, tx, [.. parks.Select(p => p.ParkId)], month, token);
                var changed = parks.SelectMany(p => Changes(p, held, month, today[p.ParkId], simulated).Select(d => (p.ParkId, Day: d))).ToList();
                if (changed.Count > 0)
                {
                    await AddAsync(connection, tx, changed, held, seen.UtcDateTime, token);
                }

                return changed.Count;
            },
            clock,
            logger,
            ct);

    private static IEnumerable<DayStatement> Changes(
        MonthStatement park, Dictionary<(int Park, DateOnly Date), Version> held, DateOnly month, DateOnly today, bool simulated)
    {
        for (var date = month; date.Month == month.Month; date = date.AddDays(1))
        {
            var last = held.GetValueOrDefault((park.ParkId, date));
            var stated = park.Days.GetValueOrDefault(date);
            // A day that was never listed has nothing to lose.
            if (stated is null && park.Complete && date >= today && last is { IsEmpty: false })
            {
                stated = DayStatement.Gone(date, simulated);
            }

            if (stated is not null && last?.Hash.AsSpan().SequenceEqual(stated.Hash) != true)
            {
                yield return stated;
            }
        }
    }

    private static async Task<Dictionary<(int Park, DateOnly Date), Version>> HeldAsync(
        SafeMySqlConnection connection, DbTransaction tx, int[] parks, DateOnly month, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<Version>(new CommandDefinition(
            SelectVersions, new { Parks = parks.DefaultIfEmpty(0).ToArray(), First = month, Last = month.AddMonths(1).AddDays(-1) }, tx, cancellationToken: ct));
        return rows.GroupBy(v => (v.ParkId, v.LocalDate)).ToDictionary(g => g.Key, g => g.MaxBy(v => v.ObservedAt)!);
    }

    private static async Task AddAsync(
        SafeMySqlConnection connection,
        DbTransaction tx,
        List<(int ParkId, DayStatement Day)> changed,
        Dictionary<(int Park, DateOnly Date), Version> held,
        DateTime seen,
        CancellationToken ct)
    {
        // To the millisecond, as the column is: what is compared must be what is stored.
        seen = IsoInstant.ToDateTime(IsoInstant.FromDateTime(seen));
        var versions = changed.ConvertAll(c =>
        {
            // A clock that was set back must not put a newer statement behind an older one.
            var after = held.GetValueOrDefault((c.ParkId, c.Day.Date))?.ObservedAt.AddMilliseconds(1);
            return (c.ParkId, c.Day, ObservedAt: after > seen ? after.Value : seen);
        });
        await connection.ExecuteAsync(new CommandDefinition(
            InsertVersion,
            versions.Select(v => new { v.ParkId, v.Day.Date, v.ObservedAt, Entries = v.Day.Entries.Count, v.Day.Unreadable, v.Day.Simulated, v.Day.Hash }).ToArray(),
            tx,
            cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(
            InsertEntry,
            versions.SelectMany(v => v.Day.Entries.Select((e, position) => new
            {
                v.ParkId,
                v.Day.Date,
                v.ObservedAt,
                Position = position,
                e.Type,
                e.Description,
                OpensAt = At(e.OpensAt),
                ClosesAt = At(e.ClosesAt),
                Flags = (int)e.Flags,
                e.Purchases,
                e.Extra,
            })).ToArray(),
            tx,
            cancellationToken: ct));
    }

    private static DateTime? At(long? instant) => instant is { } at ? IsoInstant.ToDateTime(at) : null;

    private sealed class Version
    {
        public int ParkId { get; init; }
        public DateOnly LocalDate { get; init; }
        public DateTime ObservedAt { get; init; }
        public byte[] Hash { get; init; } = [];
        public bool IsEmpty { get; init; }
    }

    // All versions, not only the newest: a subquery would look at an older snapshot than the rows that are locked.
    private const string SelectVersions =
        """
        SELECT
            park_id AS ParkId,
            local_date AS LocalDate,
            observed_at AS ObservedAt,
            sha256 AS Hash,
            entries = 0 AND unreadable IS NULL AS IsEmpty
        FROM park_schedule_versions
        WHERE park_id IN @Parks
          AND local_date >= @First
          AND local_date <= @Last
        FOR UPDATE
        """;

    private const string InsertVersion =
        """
        INSERT INTO park_schedule_versions (park_id, local_date, observed_at, entries, unreadable, simulated, sha256)
        VALUES (@ParkId, @Date, @ObservedAt, @Entries, @Unreadable, @Simulated, @Hash)
        """;

    private const string InsertEntry =
        """
        INSERT INTO park_schedules (
            park_id, local_date, observed_at, position, type, description, opens_at, closes_at, flags, purchases, extra)
        VALUES (
            @ParkId, @Date, @ObservedAt, @Position, @Type, @Description, @OpensAt, @ClosesAt, @Flags, @Purchases, @Extra)
        """;
}
