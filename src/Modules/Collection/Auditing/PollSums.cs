using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Collection.Auditing;

/// <summary>What good polls brought.</summary>
/// <param name="Current">Those of the slot that was asked about.</param>
/// <param name="Last">UTC slot; null when none was good.</param>
internal sealed record PollSum(long Good, long Current, long Snapshots, long Duplicates, DateTime? Last)
{
    public static PollSum None { get; } = new(0, 0, 0, 0, null);

    public PollSum With(PollSum other) => new(
        Good + other.Good, Current + other.Current, Snapshots + other.Snapshots, Duplicates + other.Duplicates, Last > other.Last || other.Last is null ? Last : other.Last);
}

/// <summary>
/// Adds up the polls of all destinations without reading every poll of a month each time: pages ask often. Polls are never caught up, so a UTC day that is over for
/// a day stays as it is: it is added up once, and again after an hour.
/// </summary>
internal sealed class PollSums(TimeProvider clock)
{
    private static readonly TimeSpan Believed = TimeSpan.FromHours(1);
    private volatile Known? _known;

    /// <param name="connection">To the database.</param>
    /// <param name="from">UTC slot, inclusive.</param>
    /// <param name="to">UTC, exclusive.</param>
    /// <param name="now">The slot that counts as current.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<PollSum> ReadAsync(DbConnection connection, DateTime from, DateTime to, DateTime now, CancellationToken ct)
    {
        var first = from.Date < from ? from.Date.AddDays(1) : from;
        var end = Instants.Earlier(to.Date, now.Date.AddDays(-1));
        if (end <= first)
        {
            // No whole day that is over.
            (first, end) = (to, to);
        }

        var ends = await SumAsync(connection, SumEnds, new { From = from, First = first, End = end, To = to, Now = now }, ct);
        return (await DaysAsync(connection, DateOnly.FromDateTime(first), DateOnly.FromDateTime(end), ct)).Aggregate(ends, (sum, day) => sum.With(day));
    }

    /// <summary>Of one destination: its polls lie side by side.</summary>
    public static Task<PollSum> OfAsync(DbConnection connection, int destinationId, DateTime from, DateTime to, DateTime now, CancellationToken ct) =>
        SumAsync(connection, SumDestination, new { DestinationId = destinationId, From = from, To = to, Now = now }, ct);

    private async Task<IEnumerable<PollSum>> DaysAsync(DbConnection connection, DateOnly first, DateOnly end, CancellationToken ct)
    {
        var known = _known is { } last && clock.GetElapsedTime(last.Begun) < Believed ? last : new Known(ImmutableDictionary<DateOnly, PollSum>.Empty, clock.GetTimestamp());
        var days = Enumerable.Range(first.DayNumber, end.DayNumber - first.DayNumber).Select(DateOnly.FromDayNumber).ToList();
        var missing = days.Where(d => !known.Days.ContainsKey(d)).ToList();
        if (missing.Count > 0)
        {
            var read = await connection.QueryAsync<(DateOnly Day, long Good, long Snapshots, long Duplicates, DateTime Last)>(new CommandDefinition(
                SumDays,
                new { From = missing[0].ToDateTime(TimeOnly.MinValue), To = missing[^1].AddDays(1).ToDateTime(TimeOnly.MinValue) },
                cancellationToken: ct));
            var sums = read.ToDictionary(r => r.Day, r => new PollSum(r.Good, 0, r.Snapshots, r.Duplicates, r.Last));
            // A day without a poll is known, too.
            known = known with { Days = known.Days.SetItems(missing.Select(d => KeyValuePair.Create(d, sums.GetValueOrDefault(d, PollSum.None)))) };
            _known = known;
        }

        return days.Select(d => known.Days[d]);
    }

    private static async Task<PollSum> SumAsync(DbConnection connection, string sql, object asked, CancellationToken ct)
    {
        var (good, current, snapshots, duplicates, last) = await connection.QuerySingleAsync<(long, long, long, long, DateTime?)>(
            new CommandDefinition(sql, asked, cancellationToken: ct));
        return new PollSum(good, current, snapshots, duplicates, last);
    }

    /// <param name="Begun">When adding up began anew.</param>
    private sealed record Known(ImmutableDictionary<DateOnly, PollSum> Days, long Begun);

    private const string Sum =
        """
        SELECT COUNT(*), COUNT(IF(slot = @Now, 1, NULL)), COALESCE(SUM(snapshots), 0), COALESCE(SUM(duplicates), 0), MAX(slot)
        FROM collection_runs
        """;

    private const string SumDestination =
        $"""
        {Sum}
        WHERE destination_id = @DestinationId
          AND slot >= @From
          AND slot < @To
          AND outcome = 'OK'
        """;

    // What lies before the first whole day, and behind the last.
    private const string SumEnds =
        $"""
        {Sum}
        WHERE ((slot >= @From AND slot < @First) OR (slot >= @End AND slot < @To))
          AND outcome = 'OK'
        """;

    private const string SumDays =
        """
        SELECT CAST(slot AS DATE), COUNT(*), COALESCE(SUM(snapshots), 0), COALESCE(SUM(duplicates), 0), MAX(slot)
        FROM collection_runs
        WHERE slot >= @From
          AND slot < @To
          AND outcome = 'OK'
        GROUP BY CAST(slot AS DATE)
        """;
}
