using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>
/// Reads raw rows, one packed text per ride: a row of its own per snapshot would cost the driver several times what the database spends on
/// finding it. Each statement is one number, in time order.
/// </summary>
internal static class RawStatements
{
    // Widths of what is packed below the seconds: wait + 1 (0: none), status, and the two "stated" flags.
    private const int WaitFactor = 4096;
    private const int StatusFactor = 8;
    private const int FlagFactor = 4;

    /// <summary>The longest text a ride may have: a month of polls each second would not fill it.</summary>
    private const int LongestText = 64 * 1024 * 1024;

    /// <summary>By ride id; a ride without rows is absent.</summary>
    /// <param name="connection">A dedicated one: its session is changed.</param>
    /// <param name="rideIds">Whose.</param>
    /// <param name="from">Seconds since 1970-01-01 UTC, inclusive.</param>
    /// <param name="to">Exclusive.</param>
    /// <param name="cancellationToken">Kills the statement.</param>
    public static async Task<Dictionary<int, Statement[]>> ReadAsync(
        SafeMySqlConnection connection, IReadOnlyCollection<int> rideIds, long from, long to, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            "SET SESSION group_concat_max_len = @LongestText", new { LongestText }, cancellationToken: cancellationToken));
        var asked = new { RideIds = rideIds, From = DateTime.UnixEpoch.AddSeconds(from), To = DateTime.UnixEpoch.AddSeconds(to) };
        await using var reader = await connection.ExecuteReaderAsync(
            new CommandDefinition(Select, asked, commandTimeout: 0, cancellationToken: cancellationToken));
        var statements = new Dictionary<int, Statement[]>(rideIds.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            var ride = reader.GetInt32(0);
            statements.Add(ride, Unpack(reader.GetString(2), (int)reader.GetInt64(1), from, ride));
        }

        return statements;
    }

    internal static Statement[] Unpack(string packed, int count, long from, int ride)
    {
        var text = Encoding.ASCII.GetBytes(packed).AsSpan();
        var statements = new Statement[count];
        var read = 0;
        var ordered = true;
        while (!text.IsEmpty)
        {
            if (!Utf8Parser.TryParse(text, out long number, out var length) || read == count)
            {
                break;
            }

            statements[read] = Of(number, from);
            ordered &= read == 0 || statements[read - 1].At <= statements[read].At;
            read++;
            text = text[Math.Min(text.Length, length + 1)..];
        }

        if (read != count || !text.IsEmpty)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Ride {ride} has {count} rows, of which {read} came."));
        }

        // The server promises no order within a group; so far it has been that of the key.
        return ordered ? statements : [.. statements.OrderBy(s => s.At)];
    }

    private static Statement Of(long number, long from)
    {
        var (rest, flags) = Math.DivRem(number, FlagFactor);
        (rest, var status) = Math.DivRem(rest, StatusFactor);
        var (seconds, wait) = Math.DivRem(rest, WaitFactor);
        return new Statement(
            from + seconds,
            (flags & (int)ObservationFlags.StatusStated) != 0,
            (RideStatus)status,
            (flags & (int)ObservationFlags.WaitStated) != 0,
            wait == 0 ? Statement.NoWait : (short)(wait - 1));
    }

    // flags & 80: negative or implausible, so no wait is known. The literals are the factors above.
    internal const string Select =
        """
        SELECT
            ride_id,
            COUNT(*),
            GROUP_CONCAT(
                (((TO_SECONDS(recorded_at) - TO_SECONDS(@From)) * 4096 + IF(flags & 80 OR wait_minutes IS NULL, 0, wait_minutes + 1)) * 8
                + IFNULL(status, 0)) * 4 + (flags & 3))
        FROM v_snapshots
        WHERE ride_id IN @RideIds
          AND recorded_at >= @From
          AND recorded_at < @To
        GROUP BY ride_id
        """;
}
