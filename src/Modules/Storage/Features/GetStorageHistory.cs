using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Features;

/// <summary>The size of the tables on each UTC day that was measured: what the growth answer is computed from, to be drawn.</summary>
internal static class GetStorageHistory
{
    private const int DefaultDays = 30;
    private const int MostDays = 760;

    internal sealed record Query(int? Days) : IRequest<Outcome<Result>>;

    /// <summary><c>insufficient_data</c>: fewer than two days were measured. <c>basis</c>: ON_DISK or DATA_AND_INDEX, of all days; null without any.</summary>
    internal sealed record Result(bool InsufficientData, string? Basis, IReadOnlyList<Day> Days);

    internal sealed record Day(DateOnly Date, double SizeGb);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapGet("/history", Handle)
            .WithName(nameof(GetStorageHistory))
            .WithSummary("The size of the tables by UTC day over the last days (1 to 760, default 30); a day without a measurement is not among them.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Days).InclusiveBetween(1, MostDays);
    }

    internal sealed class Handler(MeasurementStore measurements, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var from = clock.GetUtcNow().UtcDateTime.Date.AddDays(-(request.Days ?? DefaultDays));
            var measured = await measurements.SinceAsync(from, cancellationToken);
            if (measured.Count == 0)
            {
                return new Result(true, null, []);
            }

            var series = GrowthSeries.Of(measured);
            // Of a single day the series has two measurements.
            var days = series.Daily().GroupBy(m => DateOnly.FromDateTime(m.MeasuredAt)).Select(d => new Day(d.Key, Sizes.Gb(series.SizeOf(d.Last())))).ToList();
            return new Result(days.Count < 2, series.Basis, days);
        }
    }
}
