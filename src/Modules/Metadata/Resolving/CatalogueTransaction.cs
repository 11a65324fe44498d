using System.Data;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>
/// A short READ COMMITTED transaction that is run again as a whole on a deadlock, a lost connection, or when another session wrote the same
/// rows first. Work must decide from what it reads inside, and be safe after a COMMIT whose outcome was lost.
/// </summary>
internal static class CatalogueTransaction
{
    private const int MaxRaces = 8;

    public static async Task<T> RunAsync<T>(
        MySqlDatabase database, TimeProvider time, ILogger logger, Func<CatalogueSession, Task<T>> work, CancellationToken ct)
    {
        for (var race = 1; ; race++)
        {
            try
            {
                return await MySqlRetry.RunAsync(
                    async token =>
                    {
                        await using var connection = await database.OpenAsync(token);
                        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
                        var answer = await work(new CatalogueSession(connection, transaction, token));
                        await transaction.CommitAsync(token);
                        return answer;
                    },
                    time,
                    logger,
                    ct);
            }
            catch (Exception ex) when (race < MaxRaces && (ex is LostRaceException || MySqlErrors.IsDuplicateKey(ex)))
            {
                logger.LogDebug(ex, "Another session changed the same rows of the catalogue; deciding again");
            }
        }
    }
}

/// <summary>Another session bound a ride between our decision and our statement; deciding again is right.</summary>
internal sealed class LostRaceException() : Exception("Another session bound a ride first.");
