using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>Where a bulk load goes.</summary>
/// <param name="Table">Table, or database.table.</param>
/// <param name="Columns">The columns of the text, in its order.</param>
/// <param name="SetExpressions">
/// Columns the text does not hold, each with an SQL expression of the program's own, never of a user's: <c>data_source</c> = <c>2</c>.
/// </param>
public sealed record BulkTarget(string Table, IReadOnlyList<string> Columns, IReadOnlyDictionary<string, string>? SetExpressions = null);

/// <summary>A bulk load stored something else than it was given. Roll back: rows of it may be in the table.</summary>
public sealed class BulkLoadException(string message, string table, long expected, long loaded, IReadOnlyList<string> warnings)
    : Exception(message)
{
    /// <summary>The table.</summary>
    public string Table { get; } = table;

    /// <summary>Rows given.</summary>
    public long Expected { get; } = expected;

    /// <summary>Rows the server stored.</summary>
    public long Loaded { get; } = loaded;

    /// <summary>The first warnings, each with its row as the server counts (from 1).</summary>
    public IReadOnlyList<string> Warnings { get; } = warnings;
}

/// <summary>
/// LOAD DATA LOCAL of tab-separated utf8mb4 text, rows ended by \n, <c>\N</c> for NULL, backslash before tab, newline and backslash. The
/// server would turn bad values into zeroes and skip duplicates without an error; here every difference is one.
/// </summary>
public static class BulkLoader
{
    private const int ShownWarnings = 5;

    /// <summary>Loads inside the connection's current transaction. No time limit of its own: the token ends it.</summary>
    /// <returns>Rows stored, which is <paramref name="expectedRows"/>.</returns>
    /// <exception cref="BulkLoadException">Another count, or any warning.</exception>
    public static async ValueTask<long> LoadAsync(
        SafeMySqlConnection c, BulkTarget target, ReadOnlyMemory<byte> tsv, long expectedRows, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(c);
        ArgumentNullException.ThrowIfNull(target);
        var loader = Build(c.Inner, target);
        await using var text = Open(tsv);
        var warnings = new List<string>();
        var warned = 0;

        var inner = c.Inner;

        // The driver asks for the warnings by itself, and only when the server's answer counts any; the server lists max_error_count (64)
        // of them.
        void Collect(object sender, MySqlInfoMessageEventArgs e)
        {
            warned += e.errors.Length;
            warnings.AddRange(e.errors
                .Take(ShownWarnings - warnings.Count)
                .Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Code} {w.Message}")));
        }

        inner.InfoMessage += Collect;
        long loaded;
        try
        {
            loaded = await c.Physical.RunAsync(
                (loader, text), static async s => await SendAsync(s.loader, s.text), Timeout.InfiniteTimeSpan, ct);
        }
        finally
        {
            inner.InfoMessage -= Collect;
        }

        if (loaded != expectedRows || warned > 0)
        {
            var shown = warned > 0 ? ": " + string.Join("; ", warnings) : "";
            throw new BulkLoadException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Bulk load into {target.Table}: {expectedRows} rows given, {loaded} stored, {warned} warnings listed{shown}."),
                target.Table, expectedRows, loaded, warnings);
        }

        return loaded;
    }

    private static async Task<long> SendAsync(MySqlBulkLoader loader, Stream text)
    {
        DriverInternals.AllowLocalFile(loader.Connection, true);
        try
        {
            return await loader.LoadAsync(text, CancellationToken.None);
        }
        finally
        {
            DriverInternals.AllowLocalFile(loader.Connection, false);
        }
    }

    private static MySqlBulkLoader Build(MySqlConnection connection, BulkTarget target)
    {
        if (target.Columns.Count == 0)
        {
            throw new ArgumentException("A bulk load names its columns.", nameof(target));
        }

        var loader = new MySqlBulkLoader(connection)
        {
            Local = true,
            Timeout = 0,
            CharacterSet = "utf8mb4",
            TableName = string.Join('.', target.Table.Split('.', 2).Select(Identifier.Quote)),
        };
        loader.Columns.AddRange(target.Columns.Select(Identifier.Quote));
        foreach (var (column, expression) in target.SetExpressions ?? new Dictionary<string, string>())
        {
            loader.Expressions.Add(new StringBuilder(Identifier.Quote(column)).Append(" = ").Append(expression).ToString());
        }

        return loader;
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> tsv) =>
        MemoryMarshal.TryGetArray(tsv, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(tsv.ToArray(), writable: false);
}
