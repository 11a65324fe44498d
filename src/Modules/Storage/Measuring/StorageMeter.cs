using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.Modules.Storage.Measuring;

/// <summary>
/// Looks at every table and partition of the warehouse's schema. Rows are the engine's estimates, but for raw snapshots, whose ledger counts them;
/// sizes on disk are the files' allocated blocks, else what the engine says of them, else unknown. Nothing of a table's content is read.
/// </summary>
internal sealed partial class StorageMeter(MySqlDatabase database, ThisMachine machine, ILogger<StorageMeter> logger)
{
    private const int NotPrivileged = 1227;

    // Statistics of thousands of partitions are read from disk.
    private const int TimeoutSeconds = 600;

    public async Task<StorageReading> ReadAsync(CancellationToken cancellationToken)
    {
        // A setting of the session is changed below.
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        var isMariaDb = connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        if (!isMariaDb)
        {
            // MySQL answers statistics from a cache of a day's age.
            await connection.ExecuteAsync(Command("SET SESSION information_schema_stats_expiry = 0"));
        }

        var server = await connection.QuerySingleAsync<Server>(Command(SelectServer));
        var rows = (await connection.QueryAsync<Row>(Command(SelectTables))).AsList();
        var counted = (await connection.QueryAsync<(int Year, int Month, long Rows)>(Command(SelectCounted))).ToDictionary(m => new DateOnly(m.Year, m.Month, 1), m => m.Rows);

        // Files last: what is in the list has them by then, a partition of this moment too.
        var engine = await ReadEngineAsync(connection, server.Schema, isMariaDb, cancellationToken);
        var files = DataFiles.Find(machine, server.Host, server.Directory);
        var onDisk = files?.Read(server.Schema) ?? Spaces.None;

        var tables = rows.GroupBy(r => r.TableName).SelectMany(table => OfTable([.. table.Select(r => Of(r, server.Schema, onDisk, engine))], counted)).ToList();
        var names = rows.Select(r => Spaces.NameOf(server.Schema, r.TableName, r.PartitionName ?? "")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var strays = onDisk.ByName.Where(s => !names.Contains(s.Key)).Sum(s => s.Value.AllocatedBytes);
        return new StorageReading(tables, onDisk.OtherBytes + strays ?? engine.OtherBytes, files?.ReadVolume());

        CommandDefinition Command(string sql) => new(sql, commandTimeout: TimeoutSeconds, cancellationToken: cancellationToken);
    }

    // The list is for users with the right PROCESS; the recommended user has it not, and looks at files.
    private async Task<Spaces> ReadEngineAsync(DbConnection connection, string schema, bool isMariaDb, CancellationToken cancellationToken)
    {
        try
        {
            var spaces = (await connection.QueryAsync<(string Name, long FileBytes, long AllocatedBytes)>(new CommandDefinition(
                isMariaDb ? SelectMariaDbSpaces : SelectMySqlSpaces, new { Own = Spaces.Encode(schema) + "/" }, commandTimeout: TimeoutSeconds, cancellationToken: cancellationToken))).AsList();
            var own = spaces.Where(s => s.Name.Contains('/', StringComparison.Ordinal));
            return new Spaces(
                own.ToDictionary(s => s.Name, s => new SpaceSize(s.FileBytes, s.AllocatedBytes), StringComparer.OrdinalIgnoreCase),
                spaces.Where(s => !s.Name.Contains('/', StringComparison.Ordinal)).Sum(s => s.AllocatedBytes));
        }
        catch (DbException e) when (MySqlErrors.Number(e) is NotPrivileged)
        {
            logger.LogDebug("The engine's list of tablespaces needs the right PROCESS, which this user has not");
            return Spaces.None;
        }
    }

    private static TableFigures Of(Row row, string schema, Spaces onDisk, Spaces engine)
    {
        var name = Spaces.NameOf(schema, row.TableName, row.PartitionName ?? "");
        var seen = onDisk.ByName.GetValueOrDefault(name);
        var size = seen ?? engine.ByName.GetValueOrDefault(name);
        return new TableFigures
        {
            Table = row.TableName,
            Partition = row.PartitionName ?? "",
            RangeEnd = row.PartitionMethod == "RANGE COLUMNS" ? Day(row.PartitionDescription) : null,
            RowsEstimated = row.TableRows,
            DataBytes = row.DataBytes,
            IndexBytes = row.IndexBytes,
            FreeBytes = row.FreeBytes,
            FileBytes = size?.FileBytes,
            OnDiskBytes = size?.AllocatedBytes,
            Source = size is null ? null : seen is null ? OnDiskSource.Engine : OnDiskSource.Files,
            IsCompressed = row.IsCompressed,
        };
    }

    private static IEnumerable<TableFigures> OfTable(List<TableFigures> parts, Dictionary<DateOnly, long> counted)
    {
        if (parts is [{ Partition: "" } whole])
        {
            return [whole];
        }

        if (TableKinds.IsCounted(parts[0].Table))
        {
            parts = Count(parts, counted);
        }

        return parts.Prepend(new TableFigures
        {
            Table = parts[0].Table,
            RowsEstimated = Sum(p => p.RowsEstimated),
            RowsExact = Sum(p => p.RowsExact),
            DataBytes = parts.Sum(p => p.DataBytes),
            IndexBytes = parts.Sum(p => p.IndexBytes),
            FreeBytes = parts.Sum(p => p.FreeBytes),
            FileBytes = Sum(p => p.FileBytes),
            OnDiskBytes = Sum(p => p.OnDiskBytes),
            Source = parts.Max(p => p.Source),
            IsCompressed = parts[0].IsCompressed,
        });

        // Of a part unknown, the whole is.
        long? Sum(Func<TableFigures, long?> part) => parts.All(p => part(p) is not null) ? parts.Sum(part) : null;
    }

    // Ranges have no holes: a month belongs to the first partition that ends behind it.
    private static List<TableFigures> Count(List<TableFigures> parts, Dictionary<DateOnly, long> counted)
    {
        var ends = parts.Select((p, i) => (End: p.RangeEnd ?? DateOnly.MaxValue, Index: i)).OrderBy(p => p.End).ToList();
        var rows = new long[parts.Count];
        foreach (var (month, count) in counted)
        {
            rows[ends.First(p => p.End > month).Index] += count;
        }

        return [.. parts.Select((p, i) => p with { RowsExact = rows[i] })];
    }

    // Such as '2025-12-01 00:00:00', quotes included.
    private static DateOnly? Day(string? bound) =>
        DateTime.TryParse(bound?.Trim('\''), CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) ? DateOnly.FromDateTime(instant) : null;

    private sealed class Server
    {
        public string Schema { get; init; } = "";
        public string Host { get; init; } = "";
        public string Directory { get; init; } = "";
    }

    private sealed class Row
    {
        public string TableName { get; init; } = "";
        public string? PartitionName { get; init; }
        public string? PartitionMethod { get; init; }
        public string? PartitionDescription { get; init; }
        public long? TableRows { get; init; }
        public long DataBytes { get; init; }
        public long IndexBytes { get; init; }
        public long FreeBytes { get; init; }
        public string? RowFormat { get; init; }
        public string? CreateOptions { get; init; }

        public bool IsCompressed =>
            string.Equals(RowFormat, "Compressed", StringComparison.OrdinalIgnoreCase) || PageCompression().IsMatch(CreateOptions ?? "");
    }

    // MariaDB's and MySQL's spelling.
    [GeneratedRegex("""`page_compressed`='?(1|on)|\bcompression="?'?(zlib|lz4)""", RegexOptions.IgnoreCase)]
    private static partial Regex PageCompression();

    private const string SelectServer = "SELECT DATABASE() AS `Schema`, @@hostname AS Host, @@datadir AS Directory";

    private const string SelectTables =
        """
        SELECT
            p.TABLE_NAME AS TableName,
            p.PARTITION_NAME AS PartitionName,
            p.PARTITION_METHOD AS PartitionMethod,
            p.PARTITION_DESCRIPTION AS PartitionDescription,
            CAST(p.TABLE_ROWS AS SIGNED) AS TableRows,
            CAST(COALESCE(p.DATA_LENGTH, 0) AS SIGNED) AS DataBytes,
            CAST(COALESCE(p.INDEX_LENGTH, 0) AS SIGNED) AS IndexBytes,
            CAST(COALESCE(p.DATA_FREE, 0) AS SIGNED) AS FreeBytes,
            t.ROW_FORMAT AS RowFormat,
            t.CREATE_OPTIONS AS CreateOptions
        FROM information_schema.TABLES AS t
        JOIN information_schema.PARTITIONS AS p
            ON p.TABLE_SCHEMA = t.TABLE_SCHEMA
            AND p.TABLE_NAME = t.TABLE_NAME
        WHERE t.TABLE_SCHEMA = DATABASE()
          AND t.TABLE_TYPE = 'BASE TABLE'
        ORDER BY p.TABLE_NAME, p.PARTITION_ORDINAL_POSITION
        """;

    private const string SelectCounted =
        """
        SELECT YEAR(utc_day), MONTH(utc_day), CAST(SUM(row_count) AS SIGNED)
        FROM v_ledger
        GROUP BY YEAR(utc_day), MONTH(utc_day)
        """;

    private const string SelectMariaDbSpaces =
        """
        SELECT NAME, CAST(FILE_SIZE AS SIGNED), CAST(ALLOCATED_SIZE AS SIGNED)
        FROM information_schema.INNODB_SYS_TABLESPACES
        WHERE LEFT(NAME, CHAR_LENGTH(@Own)) = @Own
           OR LOCATE('/', NAME) = 0
        """;

    private const string SelectMySqlSpaces =
        """
        SELECT NAME, CAST(FILE_SIZE AS SIGNED), CAST(ALLOCATED_SIZE AS SIGNED)
        FROM information_schema.INNODB_TABLESPACES
        WHERE LEFT(NAME, CHAR_LENGTH(@Own)) = @Own
           OR LOCATE('/', NAME) = 0
        """;
}
