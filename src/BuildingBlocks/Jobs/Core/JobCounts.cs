using System.Data.Common;
using Dapper;

namespace ThemePark.Jobs;

/// <summary>
/// How many jobs are in each state, without reading every job there was: pages ask every second or so. A succeeded job stays one, so those of the past are counted
/// once an hour, and added to those that ended since; of the others there are few.
/// </summary>
internal sealed class JobCounts(TimeProvider time)
{
    private static readonly TimeSpan Believed = TimeSpan.FromHours(1);
    private volatile Past? _past;

    public async Task<IReadOnlyDictionary<JobState, long>> ReadAsync(DbConnection connection, CancellationToken ct)
    {
        const string Others = "SELECT state, COUNT(*) FROM jobs WHERE state IN ('ENQUEUED', 'SCHEDULED', 'RUNNING', 'FAILED', 'CANCELLED') GROUP BY state";

        // A minute back: by then whoever wrote that instant has committed.
        const string Succeeded = """
            SELECT UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE, COUNT(CASE WHEN finished_at < UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE THEN 1 END), COUNT(*)
            FROM jobs WHERE finished_at >= @from AND state = 'SUCCEEDED'
            """;
        var past = _past is { } known && time.GetElapsedTime(known.Begun) < Believed ? known : new Past(DateTime.UnixEpoch, 0, time.GetTimestamp());
        var (until, settled, since) = await connection.QuerySingleAsync<(DateTime, long, long)>(
            new CommandDefinition(Succeeded, new { from = past.Until }, cancellationToken: ct));
        _past = past with { Until = until, Jobs = past.Jobs + settled };
        var others = await connection.QueryAsync<(string State, long Jobs)>(new CommandDefinition(Others, cancellationToken: ct));
        var counts = others.ToDictionary(s => JobStates.State(s.State), s => s.Jobs);
        counts[JobState.Succeeded] = past.Jobs + since;
        return counts;
    }

    /// <param name="Until">Those that succeeded before are counted.</param>
    /// <param name="Begun">When counting began anew.</param>
    private sealed record Past(DateTime Until, long Jobs, long Begun);
}
