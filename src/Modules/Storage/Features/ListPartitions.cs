using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Features;

/// <summary>The partitions of one table as last measured, oldest first; of the largest partitioned table when none is named.</summary>
internal static class ListPartitions
{
    private const int MostCharacters = 64;

    internal sealed record Query([FromQuery(Name = "table_name")] string? TableName) : IRequest<Outcome<Result>>;

    /// <summary><c>insufficient_data</c>: storage was never measured. <c>tables</c> are those that have partitions.</summary>
    internal sealed record Result(
        string? TableName, string? PartitionStrategy, IReadOnlyList<Part> Partitions, Totals Summary, IReadOnlyList<string> Tables, DateTime? MeasurementDate, bool InsufficientData);

    internal sealed record Part(
        string PartitionName, Range DateRange, long? RowCount, bool RowCountEstimated, double DataSizeMb, double IndexSizeMb, double? OnDiskMb, bool IsCompressed);

    /// <summary>UTC days, <c>end</c> not included; null is an open side.</summary>
    internal sealed record Range(DateOnly? Start, DateOnly? End);

    /// <summary>Oldest and newest of those with dates on both sides. The average is of the bytes on disk; where they are not known of all, of data and index.</summary>
    internal sealed record Totals(int TotalPartitions, string? OldestPartition, string? NewestPartition, double? AvgPartitionSizeMb, long? TotalRows);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapGet("/partitions", Handle)
            .WithName(nameof(ListPartitions))
            .WithSummary("The partitions of a table: date range, rows, data, index and bytes on disk, as last measured.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.TableName).Length(1, MostCharacters);
    }

    internal sealed class Handler(MeasurementStore measurements) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await measurements.LatestAsync(cancellationToken) is not { } latest)
            {
                return new Result(null, null, [], new Totals(0, null, null, null, null), [], null, true);
            }

            var tables = (await measurements.PartitionsAsync(latest.MeasurementId, null, cancellationToken)).GroupBy(p => p.Table).ToList();
            var names = tables.Select(t => t.Key).ToList();
            var chosen = request.TableName is { } name ? tables.Find(t => t.Key == name) : tables.MaxBy(t => t.Sum(p => p.SizeBytes));
            return chosen is null
                ? new Failure(
                    "TABLE_NOT_FOUND", StatusCodes.Status404NotFound, $"No partitions of {request.TableName ?? "any table"} were measured.", new Dictionary<string, object?> { ["tables"] = names })
                : Of(chosen.Key, [.. chosen], names, latest.MeasuredAt);
        }

        private static Result Of(string table, List<TableFigures> partitions, List<string> tables, DateTime measuredAt)
        {
            var parts = partitions.Select((p, i) => ToPart(p, i == 0 ? null : partitions[i - 1].RangeEnd)).ToList();
            var dated = parts.Where(p => p.DateRange is { Start: not null, End: not null }).ToList();
            var bytes = partitions.All(p => p.OnDiskBytes is not null) ? partitions.Average(p => p.OnDiskBytes!.Value) : partitions.Average(p => p.TotalBytes);
            var monthly = dated.TrueForAll(p => p.DateRange.Start?.AddMonths(1) == p.DateRange.End);
            return new Result(
                table,
                monthly ? "RANGE_MONTH" : "RANGE",
                parts,
                new Totals(
                    parts.Count,
                    dated.FirstOrDefault()?.PartitionName,
                    dated.LastOrDefault()?.PartitionName,
                    Sizes.Mb(bytes),
                    parts.TrueForAll(p => p.RowCount is not null) ? parts.Sum(p => p.RowCount) : null),
                tables,
                measuredAt,
                false);
        }

        private static Part ToPart(TableFigures partition, DateOnly? start) => new(
            partition.Partition,
            new Range(start, partition.RangeEnd),
            partition.Rows,
            partition.RowsExact is null,
            Sizes.Mb(partition.DataBytes),
            Sizes.Mb(partition.IndexBytes),
            Sizes.Mb(partition.OnDiskBytes),
            partition.IsCompressed);
    }
}
