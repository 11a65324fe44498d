using System.Text.Json.Serialization;
using FluentValidation;
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
/// How the warehouse grew within a window, what that makes in years, and how good such projections were. A jump counts in what was added and not in
/// the rate: docs/storage.md.
/// </summary>
internal static class GetStorageGrowth
{
    private const int DefaultDays = 30;
    private const int MostDays = 365;
    private const double DaysPerMonth = Projection.DaysPerYear / 12;

    // Checks of projections a year ahead need two years.
    private const int HistoryDays = 760;

    private static readonly int[] YearsAhead = [1, 3, 5, 10];

    internal sealed record Query(int? Days) : IRequest<Outcome<Result>>;

    /// <summary><c>insufficient_data</c>: fewer than two measurements in the window; every figure is then null.</summary>
    internal sealed record Result(
        bool InsufficientData, Analysis GrowthAnalysis, IReadOnlyList<TableRow> TableGrowth, Horizons Projections, ErrorReport ProjectionError,
        IReadOnlyList<Recommendation> Recommendations);

    /// <summary>
    /// <c>basis</c>: ON_DISK (bytes allocated) or DATA_AND_INDEX (pages counted by the engine). <c>growth_gb</c> has the steps in it, the rates have not.
    /// </summary>
    internal sealed record Analysis(
        int PeriodDays, DateTime? StartDate, DateTime? EndDate, double? StartSizeGb, double? EndSizeGb, double? GrowthGb, double? GrowthRateMbPerDay,
        double? GrowthRateGbPerMonth, double? LowRateMbPerDay, double? HighRateMbPerDay, int DaysMeasured, string? Basis, IReadOnlyList<Jump> Steps);

    internal sealed record Jump(DateOnly Date, double SizeGb);

    internal sealed record TableRow(string TableName, long? RowsAdded, bool RowCountEstimated, double SizeAddedMb, double GrowthRateMbPerDay, double? RowsPerDay);

    internal sealed record Horizons(
        [property: JsonPropertyName("1_year")] Ahead OneYear,
        [property: JsonPropertyName("3_year")] Ahead ThreeYears,
        [property: JsonPropertyName("5_year")] Ahead FiveYears,
        [property: JsonPropertyName("10_year")] Ahead TenYears);

    /// <summary>
    /// Of the tables. <c>capacity_exceeded</c> and <c>days_until_full</c> (by the rate of growth, the same at every horizon; null also when it never
    /// comes) are null where no capacity is known.
    /// </summary>
    internal sealed record Ahead(double? EstimatedSizeGb, double? LowGb, double? HighGb, bool? CapacityExceeded, double? DaysUntilFull);

    /// <summary>What was projected against what came. The mean is that of the longest horizon that can be checked yet; null: none can.</summary>
    internal sealed record ErrorReport(double? MeanAbsoluteErrorPercent, IReadOnlyList<Checked> Horizons);

    internal sealed record Checked(
        int HorizonDays, int ProjectionsChecked, double MeanAbsoluteErrorPercent, double? MeanAbsoluteGrowthErrorPercent, DateOnly LastProjectedOn, DateOnly LastForDate,
        double LastProjectedGb, double LastActualGb, double LastErrorPercent);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapGet("/growth", Handle)
            .WithName(nameof(GetStorageGrowth))
            .WithSummary("Growth over the last days (1 to 365, default 30), by table, with projections for 1, 3, 5 and 10 years and how good earlier ones were.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Days).InclusiveBetween(1, MostDays);
    }

    internal sealed class Handler(MeasurementStore measurements, IOptions<StorageOptions> options, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var days = request.Days ?? DefaultDays;
            var now = clock.GetUtcNow().UtcDateTime;
            var history = await measurements.SinceAsync(now.AddDays(-HistoryDays), cancellationToken);
            // Whole UTC days: yesterday's measurement and today's are a window of one day at any hour.
            var series = GrowthSeries.Of([.. history.Where(m => m.MeasuredAt >= now.Date.AddDays(-days))]);
            if (!series.IsEnough)
            {
                return Unknown(days);
            }

            var tables = await measurements.SizesAsync(TableGrowth.Days(series), cancellationToken);
            var trend = Trend.Of(series.Samples, GrowthSeries.LeastStepBytes);
            var capacity = Capacity.Of(series.Last, options.Value);
            var size = series.SizeOf(series.Last);
            var ahead = YearsAhead.Select(years => (Years: years, Projection: Projection.Of(size, trend, years * Projection.DaysPerYear))).ToList();

            return new Result(
                false,
                Analyse(days, series, trend),
                [.. TableGrowth.Of(series, tables).OrderByDescending(t => t.SizeAdded).Select(ToRow)],
                new Horizons(ToAhead(0), ToAhead(1), ToAhead(2), ToAhead(3)),
                Report(ProjectionErrors.Of(GrowthSeries.Of(history).Samples, days, GrowthSeries.LeastStepBytes)),
                Advice.Of(series, trend, capacity, ahead));

            Ahead ToAhead(int index)
            {
                var (estimated, low, high) = ahead[index].Projection;
                return new Ahead(
                    Sizes.Gb(estimated), Sizes.Gb(low), Sizes.Gb(high), capacity is null ? null : estimated - size > capacity.Room,
                    capacity?.DaysUntilFull(trend.PerDay) is { } full ? Math.Round(full, 1) : null);
            }
        }

        private static Result Unknown(int days)
        {
            var nothing = new Ahead(null, null, null, null, null);
            return new Result(
                true,
                new Analysis(days, null, null, null, null, null, null, null, null, null, 0, null, []),
                [],
                new Horizons(nothing, nothing, nothing, nothing),
                new ErrorReport(null, []),
                [new Recommendation("SHORT_HISTORY", "Growth needs two measurements within the window.", "Measure again later; the schedule does so daily.")]);
        }

        private static Analysis Analyse(int days, GrowthSeries series, Trend trend)
        {
            var (start, end) = (series.SizeOf(series.First), series.SizeOf(series.Last));
            return new Analysis(
                days, series.First.MeasuredAt, series.Last.MeasuredAt, Sizes.Gb(start), Sizes.Gb(end), Sizes.Gb(end - start), Sizes.Mb(trend.PerDay),
                Sizes.Gb(trend.PerDay * DaysPerMonth), Sizes.Mb(trend.LowPerDay), Sizes.Mb(trend.HighPerDay), series.Samples.Count, series.Basis,
                [.. trend.Steps.Select(s => new Jump(s.Date, Sizes.Gb(s.Size)))]);
        }

        private static TableRow ToRow(TableGrowth growth) => new(
            growth.Table.Table, growth.RowsAdded, growth.Table.RowsExact is null, Sizes.Mb(growth.SizeAdded), Sizes.Mb(growth.BytesPerDay),
            growth.RowsPerDay is { } rows ? Math.Round(rows, 1) : null);

        private static ErrorReport Report(IReadOnlyList<HorizonError> errors) => new(
            errors.Count == 0 ? null : Percent(errors[^1].MeanAbsoluteErrorPercent),
            [.. errors.Select(e => new Checked(
                e.HorizonDays, e.Checked, Percent(e.MeanAbsoluteErrorPercent), e.MeanAbsoluteGrowthErrorPercent is { } growth ? Percent(growth) : null,
                e.Last.MadeOn, e.Last.ForDate, Sizes.Gb(e.Last.Projected), Sizes.Gb(e.Last.Actual), Percent(e.Last.ErrorPercent)))]);

        private static double Percent(double value) => Math.Round(value, 3);
    }
}
