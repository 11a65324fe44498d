using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Puts stopped runs back to work, after a look whether what they say they wrote is there.</summary>
internal sealed class RunRestarts(MySqlDatabase database, RunControl runs, IDayLedger ledger, TimeProvider clock)
{
    /// <summary>The number of files taken up again, or why the run cannot go on.</summary>
    public async Task<Outcome<int>> RestartAsync(ImportView import, bool onlyFailed, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        if (!import.DryRun && await CorruptionAsync(connection, import, ct) is { } corrupted)
        {
            return corrupted;
        }

        try
        {
            await using var tx = await connection.BeginTransactionAsync(ct);
            var parameters = new { import.ImportId, import.Accounts.JobId, Now = clock.GetUtcNow().UtcDateTime };
            var changed = await connection.ExecuteAsync(new CommandDefinition(Reopen, parameters, tx, cancellationToken: ct));
            if (changed == 0)
            {
                return ImportFailures.InvalidState(import.ImportId, import.Status, "an import that stands still");
            }

            var files = 0;
            if (onlyFailed)
            {
                await connection.ExecuteAsync(new CommandDefinition(ForgetFetch, parameters, tx, cancellationToken: ct));
                files = await connection.ExecuteAsync(new CommandDefinition(ReopenFailed, parameters, tx, cancellationToken: ct));
            }

            await runs.EnqueueAsync(import.ImportId, tx, ct);
            await tx.CommitAsync(ct);
            return files;
        }
        catch (Exception e) when (MySqlErrors.IsDuplicateKey(e))
        {
            return RunControl.InProgress(await runs.LiveAsync(import.DestinationId, ct));
        }
    }

    public async Task<DateOnly?> FirstPendingAsync(string importId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<DateOnly?>(new CommandDefinition(SelectFirstPending, new { ImportId = importId }, cancellationToken: ct));
    }

    // Files recorded as imported whose rows the ledger does not know: somebody restored or cleared one table without the other.
    private async Task<Failure?> CorruptionAsync(SafeMySqlConnection connection, ImportView import, CancellationToken ct)
    {
        var imported = (await connection.QueryAsync<(string Key, DateOnly Day)>(new CommandDefinition(
            SelectImported, new { import.ImportId }, cancellationToken: ct))).AsList();
        if (imported.Count == 0)
        {
            return null;
        }

        var held = await ledger.SourceObjectsAsync(import.DestinationId, imported.Min(i => i.Day), imported.Max(i => i.Day), ct);
        var lost = imported.Where(i => !held[i.Day].Contains(i.Key)).Select(i => i.Key).ToList();
        return lost.Count == 0
            ? null
            : new Failure(
                "CHECKPOINT_CORRUPTED",
                409,
                $"{lost.Count} files are recorded as imported, but the ledger has no rows of them, first {lost[0]}; cancel this import and start a new one with refetch.",
                new Dictionary<string, object?> { ["files"] = lost.Take(20).ToList(), ["count"] = lost.Count });
    }

    // The job is the one the import was read with: of two restarts at the same time one finds another.
    private const string Reopen =
        """
        UPDATE import_checkpoints
        SET status = 'PENDING',
            requested = NULL,
            completed_at = NULL,
            updated_at = @Now
        WHERE import_id = @ImportId
          AND status NOT IN ('PENDING')
          AND job_id <=> @JobId
        """;

    // What was fetched may be what is broken: the source is asked again even if it lists the same ETag.
    private const string ForgetFetch =
        """
        UPDATE archive_objects AS o
        INNER JOIN import_files AS f
            ON f.object_key = o.object_key
        INNER JOIN import_checkpoints AS c
            ON c.checkpoint_id = f.checkpoint_id
        SET o.raw_etag = NULL
        WHERE c.import_id = @ImportId
          AND f.outcome = 'FAILED'
        """;

    private const string ReopenFailed =
        """
        UPDATE import_files AS f
        INNER JOIN import_checkpoints AS c
            ON c.checkpoint_id = f.checkpoint_id
        SET f.outcome = 'PENDING',
            f.reason = NULL,
            f.error = NULL,
            f.finished_at = NULL
        WHERE c.import_id = @ImportId
          AND f.outcome = 'FAILED'
        """;

    private const string SelectFirstPending =
        """
        SELECT MIN(f.object_day)
        FROM import_files AS f
        INNER JOIN import_checkpoints AS c
            ON c.checkpoint_id = f.checkpoint_id
        WHERE c.import_id = @ImportId
          AND f.outcome = 'PENDING'
        """;

    // Asked of the day in the key: a few events of unmatched entities beside it leave nothing in the ledger.
    private const string SelectImported =
        """
        SELECT f.object_key, IF(f.object_day BETWEEN o.first_day AND o.last_day, f.object_day, o.first_day)
        FROM import_files AS f
        INNER JOIN import_checkpoints AS c
            ON c.checkpoint_id = f.checkpoint_id
        INNER JOIN archive_objects AS o
            ON o.object_key = f.object_key
        WHERE c.import_id = @ImportId
          AND f.outcome = 'IMPORTED'
          AND f.`rows` > 0
          AND o.first_day IS NOT NULL
        """;
}
