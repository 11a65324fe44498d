using System.Globalization;
using System.Text.Json.Serialization;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Features;

/// <summary>
/// What keeping everything costs beside keeping less, from measured bytes per row. It is there to show that raw rows are worth their place: nothing here,
/// and nothing else in this system, deletes them.
/// </summary>
internal static class CompareRetention
{
    private const int Window = 90;

    internal sealed record Query : IRequest<Outcome<Result>>;

    /// <summary><c>insufficient_data</c>: without any measurement all figures are null, with one the projections are.</summary>
    internal sealed record Result(bool InsufficientData, Strategy CurrentStrategy, IReadOnlyList<Strategy> Alternatives, Advised Recommendation, DateTime? MeasurementDate);

    /// <summary>Savings are of the projection for ten years; where that is unknown, of the present size.</summary>
    internal sealed record Strategy(
        string Name, string Description, double? CurrentSizeGb, [property: JsonPropertyName("10_year_projection_gb")] double? TenYearProjectionGb,
        double? SavingsVsCurrentPercent, string DataLoss);

    internal sealed record Advised(string Strategy, string Rationale);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapGet("/retention-comparison", Handle)
            .WithName(nameof(CompareRetention))
            .WithSummary("What keeping every raw row costs, beside three ways that would keep less and what they would lose.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(MeasurementStore measurements, IOptions<StorageOptions> options) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await measurements.LatestAsync(cancellationToken) is not { } latest)
            {
                return new Result(
                    true, Unknown(Retention.PermanentRaw), [.. Retention.Alternatives.Select(Unknown)],
                    new Advised(Retention.PermanentRaw.Name, "Raw rows are kept for ever. Storage was never measured, so what that costs is unknown."), null);
            }

            var tables = await TablesAsync(latest, cancellationToken);
            var current = Of(Retention.PermanentRaw, tables, null);
            return new Result(
                current.TenYearProjectionGb is null,
                current,
                [.. Retention.Alternatives.Select(r => Of(r, tables, current))],
                new Advised(Retention.PermanentRaw.Name, Rationale(current, Of(Retention.Alternatives[0], tables, current), latest, Capacity.Of(latest, options.Value))),
                latest.MeasuredAt);
        }

        private async Task<IReadOnlyList<RetainedTable>> TablesAsync(Measurement latest, CancellationToken cancellationToken)
        {
            var series = GrowthSeries.Of(await measurements.SinceAsync(latest.MeasuredAt.AddDays(-Window), cancellationToken));
            var now = (await measurements.TablesAsync([latest.MeasurementId], cancellationToken))[latest.MeasurementId];
            var growth = series.IsEnough
                ? TableGrowth.Of(series, await measurements.SizesAsync(TableGrowth.Days(series), cancellationToken)).ToDictionary(g => g.Table.Table)
                : [];
            var recent = DateOnly.FromDateTime(latest.MeasuredAt).AddDays(-Retention.RecentDays);
            var months = (await measurements.PartitionsAsync(latest.MeasurementId, null, cancellationToken))
                .Where(p => p.RangeEnd is null || p.RangeEnd > recent)
                .ToLookup(p => p.Table);
            return
            [
                .. now.Select(t => new RetainedTable(
                    TableKinds.Of(t.Table), t.SizeBytes, t.BytesPerRow, growth.GetValueOrDefault(t.Table)?.RowsPerDay,
                    months.Contains(t.Table) ? months[t.Table].Sum(p => p.Rows) : t.Rows)),
            ];
        }

        private static Strategy Unknown(Retention retention) => new(retention.Name, retention.Description, null, null, null, retention.DataLoss);

        private static Strategy Of(Retention retention, IReadOnlyList<RetainedTable> tables, Strategy? current)
        {
            var (now, later) = (Sizes.Gb(retention.SizeNow(tables)), Sizes.Gb(retention.SizeInTenYears(tables)));
            var (part, whole) = later is not null && current?.TenYearProjectionGb is { } projected ? (later.Value, projected) : (now, current?.CurrentSizeGb ?? now);
            return new Strategy(
                retention.Name, retention.Description, now, later, current is null ? 0 : whole > 0 ? Math.Round(100 * (whole - part) / whole, 2) : null, retention.DataLoss);
        }

        private static string Rationale(Strategy current, Strategy tiered, Measurement latest, Capacity? capacity)
        {
            if (current.TenYearProjectionGb is not { } later)
            {
                return Text($"Raw rows are kept for ever; all of it takes {current.CurrentSizeGb:0.###} GB now. How it grows needs a second measurement.");
            }

            var cost = Text($"Everything takes {current.CurrentSizeGb:0.###} GB now and {later:0.###} GB in ten years; {tiered.Name} would take {tiered.TenYearProjectionGb:0.###} GB and lose what cannot be had again.");
            var room = Sizes.Gb(capacity?.Room);
            var more = later - Sizes.Gb(latest.SizeBytes);
            return room is null ? $"{cost} Whether that fits is unknown: set Storage:CapacityGb."
                : more <= room ? Text($"{cost} There is room for {room:0.##} GB more: it fits.")
                : Text($"{cost} There is room for {room:0.##} GB more, so {more - room:0.##} GB of disk have to be added within ten years.");
        }

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
