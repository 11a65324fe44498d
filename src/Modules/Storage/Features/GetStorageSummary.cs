using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Features;

/// <summary>What the last measurement found, table by table. Before the first one nothing is known, and nothing is zero.</summary>
internal static class GetStorageSummary
{
    internal sealed record Query : IRequest<Outcome<Result>>;

    /// <summary><c>insufficient_data</c>: storage was never measured, every figure is null.</summary>
    internal sealed record Result(Totals Summary, IReadOnlyList<Table> Tables, Times Metadata, bool InsufficientData);

    /// <summary>
    /// Data and index as the engine counts pages, compression not seen; on disk what files really take: of the tables, of the rest, and together.
    /// <c>capacity_source</c>: CONFIGURED, VOLUME (used by others, too) or null, when no limit is known.
    /// </summary>
    internal sealed record Totals(
        double? TotalDataSizeGb, double? TotalIndexSizeGb, double? TotalSizeGb, double? OnDiskGb, double? TablesOnDiskGb, double? OtherOnDiskGb,
        double? CapacityLimitGb, double? PercentUsed, string? CapacitySource);

    /// <summary><c>bytes_per_row</c> is of the bytes on disk where they are known. <c>on_disk_source</c>: FILES, ENGINE or null.</summary>
    internal sealed record Table(
        string TableName, long? RowCount, bool RowCountEstimated, double DataSizeMb, double IndexSizeMb, double FreeMb, double TotalSizeMb, double? FileSizeMb, double? OnDiskMb,
        string? OnDiskSource, double? BytesPerRow, double PercentOfTotal, int Partitions, bool IsCompressed);

    internal sealed record Times(DateTime? MeasurementDate, DateTime Timestamp);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapGet("/summary", Handle)
            .WithName(nameof(GetStorageSummary))
            .WithSummary("What the warehouse takes: rows, data, index and bytes on disk of every table, as last measured.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(MeasurementStore measurements, IOptions<StorageOptions> options, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            if (await measurements.LatestAsync(cancellationToken) is not { } latest)
            {
                return new Result(new Totals(null, null, null, null, null, null, Sizes.Gb(options.Value.CapacityGb * Sizes.BytesPerGb), null, null), [], new Times(null, now), true);
            }

            var tables = (await measurements.TablesAsync([latest.MeasurementId], cancellationToken))[latest.MeasurementId];
            var partitions = (await measurements.PartitionsAsync(latest.MeasurementId, null, cancellationToken)).CountBy(p => p.Table).ToDictionary();
            var capacity = Capacity.Of(latest, options.Value);
            var totals = new Totals(
                Sizes.Gb(latest.DataBytes),
                Sizes.Gb(latest.IndexBytes),
                Sizes.Gb(latest.TotalBytes),
                Sizes.Gb(latest.OnDiskBytes is null ? null : latest.OnDiskBytes + (latest.OtherBytes ?? 0)),
                Sizes.Gb(latest.OnDiskBytes),
                Sizes.Gb(latest.OtherBytes),
                Sizes.Gb(capacity?.LimitBytes),
                capacity is null ? null : Math.Round(capacity.PercentUsed, 4),
                capacity?.Source);
            var rows = tables.OrderByDescending(t => t.SizeBytes).Select(t => Of(t, latest.TotalBytes, partitions.GetValueOrDefault(t.Table))).ToList();
            return new Result(totals, rows, new Times(latest.MeasuredAt, now), false);
        }

        private static Table Of(TableFigures table, long total, int partitions) => new(
            table.Table,
            table.Rows,
            table.RowsExact is null,
            Sizes.Mb(table.DataBytes),
            Sizes.Mb(table.IndexBytes),
            Sizes.Mb(table.FreeBytes),
            Sizes.Mb(table.TotalBytes),
            Sizes.Mb(table.FileBytes),
            Sizes.Mb(table.OnDiskBytes),
            table.Source?.ToUpperSnake(),
            table.BytesPerRow is { } bytes ? Math.Round(bytes, 2) : null,
            total == 0 ? 0 : Math.Round(100.0 * table.TotalBytes / total, 4),
            partitions,
            table.IsCompressed);
    }
}
