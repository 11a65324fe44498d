using System.Data.Common;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>How a job run writes.</summary>
public static class FencedTransactions
{
    /// <summary>
    /// Runs <paramref name="work"/> in a transaction that begins with the run's fence, and commits it. A deadlock or a lost connection runs it again as a
    /// whole, as <see cref="MySqlRetry"/> says: it must be safe after a COMMIT whose outcome was lost.
    /// </summary>
    /// <exception cref="RunSupersededException">The job has another run by now; nothing was written.</exception>
    public static Task<T> WriteAsync<T>(
        this IJobRun job, MySqlDatabase database, Func<DbTransaction, CancellationToken, Task<T>> work, TimeProvider time, ILogger? logger, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(database);
        return MySqlRetry.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenAsync(token);
                await using var tx = await connection.BeginTransactionAsync(token);
                await job.FenceAsync(tx, token);
                var answer = await work(tx, token);
                await tx.CommitAsync(token);
                return answer;
            },
            time,
            logger,
            ct);
    }

    /// <summary>As the other, of work that answers nothing.</summary>
    public static async Task WriteAsync(
        this IJobRun job, MySqlDatabase database, Func<DbTransaction, CancellationToken, Task> work, TimeProvider time, ILogger? logger, CancellationToken ct) =>
        await job.WriteAsync(
            database,
            async (tx, token) =>
            {
                await work(tx, token);
                return true;
            },
            time,
            logger,
            ct);
}
