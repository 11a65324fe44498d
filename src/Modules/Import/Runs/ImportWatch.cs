using Dapper;
using ThemePark.Modules.Import.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

internal sealed class ImportWatch(MySqlDatabase database) : IImportWatch
{
    public async Task<EndedImports> EndedAsync(DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (completed, withErrors, failed) = await connection.QuerySingleAsync<(long, long, long)>(new CommandDefinition(
            CountEnded, new { From = from, To = to }, cancellationToken: cancellationToken));
        return new EndedImports((int)completed, (int)withErrors, (int)failed);
    }

    public async Task<ImportedEvents> EventsAsync(DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (files, events, unmatched) = await connection.QuerySingleAsync<(long, long, long)>(new CommandDefinition(
            SumEvents, new { From = from, To = to }, cancellationToken: cancellationToken));
        return new ImportedEvents((int)files, events, unmatched);
    }

    public async Task<int?> UnmatchedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (anyEnded, open) = await connection.QuerySingleAsync<(bool, int)>(new CommandDefinition(CountUnmatched, cancellationToken: cancellationToken));
        return anyEnded ? open : null;
    }

    private const string CountEnded =
        """
        SELECT
            COALESCE(SUM(status = 'COMPLETED'), 0),
            COALESCE(SUM(status = 'COMPLETED_WITH_ERRORS'), 0),
            COALESCE(SUM(status = 'FAILED'), 0)
        FROM import_checkpoints
        WHERE status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED')
          AND dry_run = FALSE
          AND completed_at >= @From
          AND completed_at < @To
        """;

    // A run is touched whenever one of its files is done: older ones need not be looked into.
    private const string SumEvents =
        """
        SELECT
            COUNT(*),
            COALESCE(SUM(f.events), 0),
            COALESCE(SUM(f.unmatched), 0)
        FROM import_checkpoints AS c
        INNER JOIN import_files AS f
            ON f.checkpoint_id = c.checkpoint_id
        WHERE c.dry_run = FALSE
          AND c.updated_at >= @From
          AND f.outcome = 'IMPORTED'
          AND f.finished_at >= @From
          AND f.finished_at < @To
        """;

    private const string CountUnmatched =
        """
        SELECT
            EXISTS (
                SELECT 1
                FROM import_checkpoints
                WHERE status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS')
                  AND dry_run = FALSE
            ),
            (
                SELECT COUNT(*)
                FROM unmatched_entities
                WHERE status IN ('OPEN', 'AMBIGUOUS', 'SUGGESTED', 'REOPENED')
            )
        """;
}
