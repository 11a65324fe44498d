using System.Data.Common;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Storage.Measuring;

/// <summary>Measurements as stored. A year is some hundred rows of sums; tables and partitions are read for chosen measurements only.</summary>
internal sealed class MeasurementStore(MySqlDatabase database)
{
    // Measuring by hand every hour fills it in a year; older ones are not needed for any window.
    private async Task<ILookup<uint, TableFigures>> ReadAsync(string sql, IEnumerable<uint> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, new { Ids = ids }, cancellationToken: cancellationToken));
        return rows.ToLookup(r => r.MeasurementId, r => r.Figures());
    }

    private const int MostMeasurements = 10_000;
    private const int DurationsKept = 10;

    public static async Task<Measurement> AddAsync(DbTransaction tx, StorageReading reading, DateTime at, TimeSpan took, CancellationToken cancellationToken)
    {
        var whole = reading.WholeTables.ToList();
        var sums = new Measurement
        {
            MeasuredAt = at,
            DurationMs = (long)took.TotalMilliseconds,
            DataBytes = whole.Sum(t => t.DataBytes),
            IndexBytes = whole.Sum(t => t.IndexBytes),
            FreeBytes = whole.Sum(t => t.FreeBytes),
            OnDiskBytes = whole.All(t => t.OnDiskBytes is not null) ? whole.Sum(t => t.OnDiskBytes) : null,
            OtherBytes = reading.OtherBytes,
            VolumeBytes = reading.Volume?.SizeBytes,
            VolumeFreeBytes = reading.Volume?.FreeBytes,
        };
        var connection = tx.Connection!;
        var id = await connection.ExecuteScalarAsync<uint>(new CommandDefinition(InsertMeasurement, sums, tx, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            InsertFigures,
            reading.Tables.Select(t => new
            {
                Id = id,
                t.Partition,
                t.Table,
                t.RangeEnd,
                t.RowsEstimated,
                t.RowsExact,
                t.DataBytes,
                t.IndexBytes,
                t.FreeBytes,
                t.FileBytes,
                t.OnDiskBytes,
                Source = (byte?)t.Source,
                t.IsCompressed,
            }),
            tx,
            cancellationToken: cancellationToken));
        return sums with { MeasurementId = id };
    }

    /// <summary>Null when nothing was ever measured.</summary>
    public async Task<Measurement?> LatestAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Measurement>(new CommandDefinition(SelectLatest, cancellationToken: cancellationToken));
    }

    /// <summary>Those since then, oldest first.</summary>
    public async Task<IReadOnlyList<Measurement>> SinceAsync(DateTime from, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var newest = await connection.QueryAsync<Measurement>(new CommandDefinition(
            SelectSince, new { From = from, Most = MostMeasurements }, cancellationToken: cancellationToken));
        return [.. newest.Reverse()];
    }

    /// <summary>The tables as a whole, of each of the measurements.</summary>
    public Task<ILookup<uint, TableFigures>> TablesAsync(IReadOnlyCollection<uint> measurements, CancellationToken cancellationToken) =>
        ReadAsync(SelectTables, measurements, cancellationToken);

    /// <summary>As <see cref="TablesAsync"/>, with nothing but sizes and rows: for the hundred measurements that growth is computed from.</summary>
    public Task<ILookup<uint, TableFigures>> SizesAsync(IEnumerable<Measurement> measurements, CancellationToken cancellationToken) =>
        ReadAsync(SelectSizes, measurements.Select(m => m.MeasurementId), cancellationToken);

    /// <summary>The partitions, in the order of their ranges; of one table, or of all.</summary>
    public async Task<IReadOnlyList<TableFigures>> PartitionsAsync(uint measurement, string? table, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            SelectPartitions, new { Id = measurement, Table = table }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.Figures())];
    }

    /// <summary>How long the last few measurements took, the middle one; null when there was none.</summary>
    public async Task<TimeSpan?> UsualDurationAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var durations = (await connection.QueryAsync<long>(new CommandDefinition(
            SelectDurations, new { Most = DurationsKept }, cancellationToken: cancellationToken))).Order().ToList();
        return durations.Count == 0 ? null : TimeSpan.FromMilliseconds(durations[durations.Count / 2]);
    }

    private sealed class Row
    {
        public uint MeasurementId { get; init; }
        public string TableName { get; init; } = "";
        public string PartitionName { get; init; } = "";
        public DateOnly? RangeEnd { get; init; }
        public long? RowsEstimated { get; init; }
        public long? RowsExact { get; init; }
        public long DataBytes { get; init; }
        public long IndexBytes { get; init; }
        public long FreeBytes { get; init; }
        public long? FileBytes { get; init; }
        public long? OnDiskBytes { get; init; }
        public byte? OnDiskSource { get; init; }
        public bool IsCompressed { get; init; }

        public TableFigures Figures() => new()
        {
            Table = TableName,
            Partition = PartitionName,
            RangeEnd = RangeEnd,
            RowsEstimated = RowsEstimated,
            RowsExact = RowsExact,
            DataBytes = DataBytes,
            IndexBytes = IndexBytes,
            FreeBytes = FreeBytes,
            FileBytes = FileBytes,
            OnDiskBytes = OnDiskBytes,
            Source = (OnDiskSource?)OnDiskSource,
            IsCompressed = IsCompressed,
        };
    }

    private const string InsertMeasurement =
        """
        INSERT INTO storage_measurements
            (measured_at, duration_ms, data_bytes, index_bytes, free_bytes, on_disk_bytes, other_bytes, volume_bytes, volume_free_bytes)
        VALUES
            (@MeasuredAt, @DurationMs, @DataBytes, @IndexBytes, @FreeBytes, @OnDiskBytes, @OtherBytes, @VolumeBytes, @VolumeFreeBytes);
        SELECT LAST_INSERT_ID()
        """;

    private const string InsertFigures =
        """
        INSERT INTO storage_metrics
            (measurement_id, partition_name, table_name, range_end, rows_estimated, rows_exact, data_bytes, index_bytes, free_bytes,
             file_bytes, on_disk_bytes, on_disk_source, is_compressed)
        VALUES
            (@Id, @Partition, @Table, @RangeEnd, @RowsEstimated, @RowsExact, @DataBytes, @IndexBytes, @FreeBytes,
             @FileBytes, @OnDiskBytes, @Source, @IsCompressed)
        """;

    private const string Sums =
        """
        SELECT
            measurement_id AS MeasurementId,
            measured_at AS MeasuredAt,
            CAST(duration_ms AS SIGNED) AS DurationMs,
            CAST(data_bytes AS SIGNED) AS DataBytes,
            CAST(index_bytes AS SIGNED) AS IndexBytes,
            CAST(free_bytes AS SIGNED) AS FreeBytes,
            CAST(on_disk_bytes AS SIGNED) AS OnDiskBytes,
            CAST(other_bytes AS SIGNED) AS OtherBytes,
            CAST(volume_bytes AS SIGNED) AS VolumeBytes,
            CAST(volume_free_bytes AS SIGNED) AS VolumeFreeBytes
        FROM storage_measurements
        """;

    private const string SelectLatest = $"{Sums} ORDER BY measured_at DESC, measurement_id DESC LIMIT 1";

    private const string SelectSince = $"{Sums} WHERE measured_at >= @From ORDER BY measured_at DESC, measurement_id DESC LIMIT @Most";

    private const string SelectDurations =
        "SELECT CAST(duration_ms AS SIGNED) FROM storage_measurements ORDER BY measured_at DESC, measurement_id DESC LIMIT @Most";

    private const string Sizes =
        """
        measurement_id AS MeasurementId,
            table_name AS TableName,
            CAST(rows_estimated AS SIGNED) AS RowsEstimated,
            CAST(rows_exact AS SIGNED) AS RowsExact,
            CAST(data_bytes AS SIGNED) AS DataBytes,
            CAST(index_bytes AS SIGNED) AS IndexBytes,
            CAST(on_disk_bytes AS SIGNED) AS OnDiskBytes
        """;

    private const string Figures =
        $"""
        SELECT
            {Sizes},
            partition_name AS PartitionName,
            range_end AS RangeEnd,
            CAST(free_bytes AS SIGNED) AS FreeBytes,
            CAST(file_bytes AS SIGNED) AS FileBytes,
            on_disk_source AS OnDiskSource,
            is_compressed AS IsCompressed
        FROM storage_metrics
        """;

    private const string OfTables = "WHERE measurement_id IN @Ids AND partition_name = '' ORDER BY measurement_id, table_name";

    private const string SelectTables = $"{Figures} {OfTables}";

    private const string SelectSizes = $"SELECT {Sizes} FROM storage_metrics {OfTables}";

    // An open end is behind all others; below the first month only p_min has an end.
    private const string SelectPartitions =
        $"""
        {Figures}
        WHERE measurement_id = @Id
          AND partition_name > ''
          AND (@Table IS NULL OR table_name = @Table)
        ORDER BY table_name, range_end IS NULL, range_end
        """;
}
