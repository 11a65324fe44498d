using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Polling;

namespace ThemePark.Modules.Collection.Features;

/// <summary>
/// How fresh each park's live data are, for operators. Polls count, changes do not: a park that is closed says nothing new all night and is
/// fresh all the same.
/// </summary>
internal static class GetFreshness
{
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(IReadOnlyList<Park> Freshness, Limits Thresholds, Totals Summary);

    /// <summary>FRESH, NORMAL, STALE, or UNKNOWN for a park that was never seen live: then there is no last snapshot.</summary>
    internal sealed record Park(int ParkId, string? ParkName, DateTime? LastSnapshot, double? MinutesSinceLast, string Status);

    internal sealed record Limits(int FreshBelowMinutes, int StaleAboveMinutes);

    internal sealed record Totals(int ParksFresh, int ParksNormal, int ParksStale, int ParksUnknown, int TotalParks);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/freshness", Handle)
            .WithName(nameof(GetFreshness))
            .WithSummary("Minutes since the last live poll that had rows of each park.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            Results.Ok(await mediator.Send(new Query(), cancellationToken));
    }

    internal sealed class Handler(ParkAges ages, IOptions<QualityThresholds> thresholds) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query request, CancellationToken cancellationToken)
        {
            var parks = await ages.ListAsync(cancellationToken);

            return new Result(
                [.. parks.Select(p => new Park(p.Park.ParkId, p.Park.Name, p.LastSeen, p.Minutes, p.Freshness.ToUpperSnake()))],
                new Limits(thresholds.Value.FreshMinutes, thresholds.Value.StaleMinutes),
                new Totals(Count(Freshness.Fresh), Count(Freshness.Normal), Count(Freshness.Stale), Count(Freshness.Unknown), parks.Count));

            int Count(Freshness freshness) => parks.Count(p => p.Freshness == freshness);
        }
    }
}
