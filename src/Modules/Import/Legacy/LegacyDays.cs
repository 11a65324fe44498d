using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Rows found on one UTC day.</summary>
internal sealed record DayGroup(DateOnly Day, long Rows, long MinId, long MaxId);

/// <summary>A day to be copied or verified.</summary>
internal sealed class DayTask
{
    public DateOnly UtcDay { get; init; }
    public string State { get; init; } = "";
    public long Planned { get; init; }
    public long MinId { get; init; }
    public long MaxId { get; init; }
    public long Listed { get; init; }
    public long Copied { get; init; }
    public long Kept { get; init; }
    public string Destinations { get; init; } = "";

    /// <summary>Verification found it wrong: what the ledger says of it is not to be trusted.</summary>
    public bool IsMismatched => State == "MISMATCH";

    public IEnumerable<int> DestinationIds =>
        Destinations.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(d => int.Parse(d, System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>What became of a day's rows: <see cref="Listed"/> is the sum of the others.</summary>
internal sealed record DayTally(long Listed, long Copied, long Duplicates, long Kept, long Unknown, long Odd);

/// <summary>Rows of a ride nobody can place, on one day.</summary>
internal sealed record UnknownRows(long LegacyRideId, long Rows, DateTime First, DateTime Last);

/// <summary>The record of every day: what was found, what became of it, what verifying said.</summary>
internal sealed class LegacyDays(MySqlDatabase database, TimeProvider clock)
{
    /// <summary>Enters what was found between two watermarks, together with the later one: both or nothing.</summary>
    public static async Task AddAsync(int copyId, IReadOnlyList<DayGroup> groups, long undated, long watermark, DbTransaction tx, CancellationToken ct)
    {
        foreach (var chunk in groups.Chunk(500))
        {
            await tx.Connection!.ExecuteAsync(new CommandDefinition(
                UpsertDay, chunk.Select(g => new { copyId, g.Day, g.Rows, g.MinId, g.MaxId }), tx, cancellationToken: ct));
        }

        await tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE legacy_copies SET watermark = @watermark, undated_rows = undated_rows + @undated WHERE copy_id = @copyId",
            new { copyId, watermark, undated }, tx, cancellationToken: ct));
    }

    /// <summary>Days that have to be copied, newest first: what people look at is there first, and what is old does not change.</summary>
    public Task<IReadOnlyList<DayTask>> ToCopyAsync(int copyId, CancellationToken ct) => ListAsync(copyId, "PENDING", "MISMATCH", ct);

    /// <summary>Days that were copied, newest first; <paramref name="all"/>: those verified before too.</summary>
    public Task<IReadOnlyList<DayTask>> ToVerifyAsync(int copyId, bool all, CancellationToken ct) => ListAsync(copyId, "COPIED", all ? "VERIFIED" : "COPIED", ct);

    public async Task SaveCopiedAsync(
        int copyId, DateOnly day, DayTally tally, IReadOnlyDictionary<string, long> odd, IEnumerable<int> destinations, IReadOnlyCollection<UnknownRows> unknown,
        DbTransaction tx, CancellationToken ct)
    {
        await tx.Connection!.ExecuteAsync(new CommandDefinition(
            UpdateCopied,
            new
            {
                copyId,
                day,
                tally.Listed,
                tally.Copied,
                tally.Duplicates,
                tally.Kept,
                tally.Unknown,
                tally.Odd,
                OddReasons = odd.Count == 0 ? null : JsonSerializer.Serialize(odd),
                Destinations = string.Join(',', destinations.Order()),
                Now = clock.GetUtcNow().UtcDateTime,
            },
            tx,
            cancellationToken: ct));
        await tx.Connection!.ExecuteAsync(new CommandDefinition(
            "DELETE FROM legacy_unknown_days WHERE copy_id = @copyId AND utc_day = @day", new { copyId, day }, tx, cancellationToken: ct));
        foreach (var chunk in unknown.Chunk(500))
        {
            var rows = chunk.Select(u => new { copyId, day, u.LegacyRideId, u.Rows, u.First, u.Last, Reason = UnknownReasons.NotListed });
            await tx.Connection!.ExecuteAsync(new CommandDefinition(InsertUnlisted, rows, tx, cancellationToken: ct));
            await tx.Connection!.ExecuteAsync(new CommandDefinition(InsertUnknown, rows, tx, cancellationToken: ct));
        }
    }

    /// <param name="note">What differs; null: the day is right.</param>
    public Task SaveVerifiedAsync(int copyId, DateOnly day, byte[] checksum, string? note, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            UpdateVerified, new { copyId, day, checksum, note, State = note is null ? "VERIFIED" : "MISMATCH", Now = clock.GetUtcNow().UtcDateTime }, tx, cancellationToken: ct));

    /// <summary>After its rows were taken away again.</summary>
    public static Task ReopenAsync(int copyId, DateOnly day, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE legacy_days SET state = 'PENDING', destinations = '' WHERE copy_id = @copyId AND utc_day = @day", new { copyId, day }, tx, cancellationToken: ct));

    /// <summary>Every day, newest first.</summary>
    public async Task<IReadOnlyList<DayTask>> AllAsync(int copyId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<DayTask>(new CommandDefinition(SelectDays + NewestFirst, new { copyId }, cancellationToken: ct))).AsList();
    }

    public async Task<LegacyTotals> TotalsAsync(int copyId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<LegacyTotals>(new CommandDefinition(SumDays, new { copyId }, cancellationToken: ct));
    }

    private async Task<IReadOnlyList<DayTask>> ListAsync(int copyId, string state, string orState, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<DayTask>(new CommandDefinition(
            SelectDays + " AND state IN (@state, @orState)" + NewestFirst, new { copyId, state, orState }, cancellationToken: ct))).AsList();
    }

    private const string UpsertDay =
        """
        INSERT INTO legacy_days (copy_id, utc_day, state, planned, min_id, max_id, destinations)
        VALUES (@copyId, @Day, 'PENDING', @Rows, @MinId, @MaxId, '')
        ON DUPLICATE KEY UPDATE
            state = 'PENDING',
            planned = planned + VALUES(planned),
            min_id = LEAST(min_id, VALUES(min_id)),
            max_id = GREATEST(max_id, VALUES(max_id))
        """;

    private const string SelectDays =
        """
        SELECT
            utc_day AS UtcDay, state AS State, planned AS Planned, min_id AS MinId, max_id AS MaxId, listed AS Listed, copied AS Copied, kept AS Kept,
            destinations AS Destinations
        FROM legacy_days
        WHERE copy_id = @copyId
        """;

    private const string NewestFirst = " ORDER BY utc_day DESC";

    private const string UpdateCopied =
        """
        UPDATE legacy_days
        SET state = 'COPIED',
            planned = @Listed,
            listed = @Listed,
            copied = @Copied,
            duplicates = @Duplicates,
            kept = @Kept,
            unknown_rows = @Unknown,
            odd = @Odd,
            odd_reasons = @OddReasons,
            destinations = @Destinations,
            note = NULL,
            copied_at = @Now,
            verified_at = NULL
        WHERE copy_id = @copyId
          AND utc_day = @day
        """;

    private const string InsertUnlisted =
        """
        INSERT INTO legacy_rides (copy_id, legacy_ride_id, reason)
        VALUES (@copyId, @LegacyRideId, @Reason)
        ON DUPLICATE KEY UPDATE copy_id = VALUES(copy_id)
        """;

    private const string InsertUnknown =
        """
        INSERT INTO legacy_unknown_days (copy_id, legacy_ride_id, utc_day, row_count, first_at, last_at)
        VALUES (@copyId, @LegacyRideId, @day, @Rows, @First, @Last)
        """;

    private const string UpdateVerified =
        """
        UPDATE legacy_days
        SET state = @State,
            checksum = @checksum,
            note = @note,
            verified_at = @Now
        WHERE copy_id = @copyId
          AND utc_day = @day
        """;

    private const string SumDays =
        """
        SELECT
            COUNT(*) AS Days,
            CAST(COALESCE(SUM(state = 'PENDING'), 0) AS SIGNED) AS Pending,
            CAST(COALESCE(SUM(state = 'VERIFIED'), 0) AS SIGNED) AS Verified,
            CAST(COALESCE(SUM(state = 'MISMATCH'), 0) AS SIGNED) AS Mismatched,
            CAST(COALESCE(SUM(planned), 0) AS SIGNED) AS Planned,
            CAST(COALESCE(SUM(listed), 0) AS SIGNED) AS Listed,
            CAST(COALESCE(SUM(copied), 0) AS SIGNED) AS Copied,
            CAST(COALESCE(SUM(duplicates), 0) AS SIGNED) AS Duplicates,
            CAST(COALESCE(SUM(kept), 0) AS SIGNED) AS Kept,
            CAST(COALESCE(SUM(unknown_rows), 0) AS SIGNED) AS `Unknown`,
            CAST(COALESCE(SUM(odd), 0) AS SIGNED) AS Odd,
            MIN(utc_day) AS FirstDay,
            MAX(utc_day) AS LastDay
        FROM legacy_days
        WHERE copy_id = @copyId
        """;
}
