using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>What a probe has seen.</summary>
/// <param name="LongestMs">Longest time between two answers.</param>
internal sealed record ProbeReading(long LongestMs, long Reads);

/// <summary>
/// Reads the newest row of a ride under the legacy table's name, again and again, as an old reader does: the longest time without an answer is the
/// reading downtime.
/// </summary>
internal sealed class SwapProbe : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly SafeMySqlConnection _connection;
    private readonly TimeProvider _clock;
    private readonly Task _reading;
    private long _longestMs;
    private long _reads;
    private long _last;

    private SwapProbe(SafeMySqlConnection connection, string sql, object parameters, TimeProvider clock)
    {
        _connection = connection;
        _clock = clock;
        _last = clock.GetTimestamp();
        _reading = ReadAsync(sql, parameters);
    }

    public static async Task<SwapProbe> StartAsync(LegacySource source, LegacyTable table, long legacyRideId, TimeProvider clock, CancellationToken ct)
    {
        var since = clock.GetUtcNow().UtcDateTime.AddDays(-1);
        return new SwapProbe(await source.OpenDedicatedAsync(ct), LegacyTable.Of(table.Database, SelectNewest), new { Ride = legacyRideId, Since = since }, clock);
    }

    /// <summary>Ends with one more answer, so that a silence that lasts until now is seen.</summary>
    public async Task<ProbeReading> StopAsync()
    {
        var answered = Interlocked.Read(ref _reads);
        for (var i = 0; i < 200 && Interlocked.Read(ref _reads) == answered && !_reading.IsCompleted; i++)
        {
            await Task.Delay(Interval, _clock);
        }

        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Answered();
        return new ProbeReading(_longestMs, _reads);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ReadAsync(string sql, object parameters)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _connection.QueryAsync<DateTime>(new CommandDefinition(sql, parameters, commandTimeout: 60, cancellationToken: _stop.Token));
                Answered();
                Interlocked.Increment(ref _reads);
            }
            catch (Exception e) when (MySqlErrors.Number(e) is not null)
            {
                // No table of that name, or a view that cannot be read yet: no answer.
            }

            await Task.Delay(Interval, _clock, _stop.Token);
        }
    }

    private void Answered()
    {
        var now = _clock.GetTimestamp();
        _longestMs = Math.Max(_longestMs, (long)_clock.GetElapsedTime(_last, now).TotalMilliseconds);
        _last = now;
    }

    private const string SelectNewest =
        """
        SELECT s.recorded_at
        FROM legacy.ride_status_snapshots AS s
        WHERE s.ride_id = @Ride
          AND s.recorded_at >= @Since
        ORDER BY s.recorded_at DESC
        LIMIT 1
        """;
}
