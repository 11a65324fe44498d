using System.Data;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>What tables hold, so that two databases can be compared.</summary>
internal static class TableFacts
{
    // Nodes sign these, and record what they do, in a maintenance too.
    private static readonly string[] NeverStill = ["job", "QRTZ_", "node_", "operation_", "watch", "activity_", "schema_"];

    /// <summary>Whether a table stays as it is while the warehouse is in maintenance.</summary>
    public static bool IsStill(string table) => !NeverStill.Any(prefix => table.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Counts and sums every table, in the order of names: reads all rows of the database.</summary>
    public static async Task<IReadOnlyList<TableFact>> ReadAsync(MySqlDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        List<TableFact> facts = [];
        foreach (var table in await TablesAsync(connection, cancellationToken))
        {
            var name = Identifier.Quote(table);
            var rows = await connection.ExecuteScalarAsync<long>(Whole($"SELECT COUNT(*) FROM {name}", cancellationToken));
            var (_, checksum) = await connection.QuerySingleAsync<(string Table, long? Checksum)>(Whole($"CHECKSUM TABLE {name}", cancellationToken));
            facts.Add(new TableFact(table, rows, checksum ?? throw new BackupException($"The checksum of table {table} cannot be had.")));
        }

        return facts;
    }

    /// <summary>Of the tables that stay as they are in a maintenance.</summary>
    public static async Task<IReadOnlyList<TableFact>> ReadStillAsync(MySqlDatabase database, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(database, cancellationToken)).Where(f => IsStill(f.Table))];

    /// <summary>The version of the server: checksums are the same within a release series.</summary>
    public static async Task<string> VersionAsync(MySqlDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string>(Whole("SELECT VERSION()", cancellationToken)) ?? "";
    }

    public static async Task<IReadOnlyList<string>> TablesAsync(SafeMySqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(SelectTables, cancellationToken: cancellationToken))).AsList();

    /// <summary>Every difference between what should be there and what is, as a sentence each.</summary>
    public static IEnumerable<string> Differences(IReadOnlyList<TableFact> wanted, IReadOnlyList<TableFact> found, bool withChecksums)
    {
        var there = found.ToDictionary(f => f.Table, StringComparer.Ordinal);
        foreach (var want in wanted)
        {
            if (!there.Remove(want.Table, out var fact))
            {
                yield return $"Table {want.Table} is missing.";
            }
            else if (fact.Rows != want.Rows)
            {
                yield return FormattableString.Invariant($"Table {want.Table} has {fact.Rows} rows and should have {want.Rows}.");
            }
            else if (withChecksums && fact.Checksum != want.Checksum)
            {
                yield return FormattableString.Invariant($"Table {want.Table} has as many rows as it should ({want.Rows}), but others: its checksum is {fact.Checksum}, not {want.Checksum}.");
            }
        }

        foreach (var extra in there.Keys)
        {
            yield return $"Table {extra} should not be there.";
        }
    }

    // No time limit: reading a billion rows takes as long as it takes.
    private static CommandDefinition Whole(string sql, CancellationToken ct) => new(sql, commandTimeout: 0, commandType: CommandType.Text, cancellationToken: ct);

    private const string SelectTables =
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name";
}
