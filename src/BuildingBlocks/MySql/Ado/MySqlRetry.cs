using Microsoft.Extensions.Logging;

namespace ThemePark.MySql;

/// <summary>
/// Runs a whole unit of work again when the database gave it up: deadlock, lock timeout, lost connection, unreachable server.
/// </summary>
public static class MySqlRetry
{
    // Eight seconds of waiting at the least: as long as another node may take to be the one that all write to.
    private const int MaxAttempts = 9;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <paramref name="work"/> opens its own connection and transaction, so that a further attempt starts clean. It must be safe to run
    /// again after a COMMIT whose outcome was lost. At most 9 attempts, each wait drawn from a doubling range of up to 5 s.
    /// </summary>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, TimeProvider time, ILogger? logger, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(time);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work(ct);
            }
            catch (Exception ex) when (attempt < MaxAttempts && !ct.IsCancellationRequested
                && ex is not OperationCanceledException && MySqlErrors.IsTransient(ex))
            {
                var delay = Delay(attempt);
                logger?.LogWarning(
                    "Database work failed on attempt {Attempt} of {MaxAttempts}, again in {DelayMs} ms: {Reason}",
                    attempt, MaxAttempts, (int)delay.TotalMilliseconds, ex.GetBaseException().Message);
                await Task.Delay(delay, time, ct);
            }
            catch (Exception ex) when (ct.IsCancellationRequested && ex is not OperationCanceledException && MySqlErrors.IsTransient(ex))
            {
                // The work would be run again, but for the caller's wish to stop: that is the reason it ends.
                throw new OperationCanceledException("Stopped after a failure of the database that would have been retried.", ex, ct);
            }
        }
    }

    private static TimeSpan Delay(int attempt)
    {
        var ceiling = Math.Min(FirstDelay.TotalMilliseconds * Math.Pow(2, attempt), MaxDelay.TotalMilliseconds);
#pragma warning disable CA5394 // Jitter, not a secret.
        return TimeSpan.FromMilliseconds((ceiling / 2) + (Random.Shared.NextDouble() * ceiling / 2));
#pragma warning restore CA5394
    }
}
