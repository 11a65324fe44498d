using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>Parks by how long one waits in them.</summary>
internal static class ListParkWaitTimes
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    internal sealed record Query(string? Period, string? Filter, int? Limit) : IRequest<Outcome<Result>>;

    internal sealed record Result(bool Success, string Period, string Filter, IReadOnlyList<Row> Data, Attribution Attribution);

    /// <summary>Average and peak under every name the frontend reads them by.</summary>
    /// <param name="RidesReporting">Live: now. Else: with a known wait, on the day that had most.</param>
    /// <param name="ParkIsOpen">Now; null: unknown, or a period of many days.</param>
    /// <param name="TrendPercentage">Change of the average against the period before.</param>
    internal sealed record Row(
        int Rank,
        int ParkId,
        int? QueueTimesId,
        string? ParkName,
        string? Location,
        double? AvgWaitMinutes,
        double? AvgWaitTime,
        int? PeakWaitMinutes,
        int? PeakWaitTime,
        int? MaxWaitTime,
        int RidesReporting,
        bool? ParkIsOpen,
        double? TrendPercentage,
        string PeriodLabel,
        string? QueueTimesUrl);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/parks", "Analytics")
            .MapGet("/waittimes", Handle)
            .WithName(nameof(ListParkWaitTimes))
            .WithSummary("Parks with known waits, by average wait.")
            .Produces<Result>()
            .Revalidated(live: true);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Period).MustBeOneOf("period", Periods.All);
            RuleFor(q => q.Filter).MustBeFilter();
            RuleFor(q => q.Limit).InclusiveBetween(1, MaxLimit);
        }
    }

    internal sealed class Handler(Scope.Reader scopes, ParkSums sums, LiveBoard board) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var text = request.Period ?? "live";
            var period = Periods.Parse(text);
            var filter = request.Filter ?? ParkDirectory.AllParks;
            var scope = await scopes.OfAsync(period, filter, cancellationToken);
            var now = (await board.ReadAsync(cancellationToken)).Parks;
            var waits = period == Period.Live
                ? scope.Parks.Keys.Select(p => now.GetValueOrDefault(p)).OfType<LivePark>().ToDictionary(p => p.ParkId, p => (p.AvgWait, Peak: p.MaxWait, p.RidesReporting))
                : (await sums.ReadAsync(scope.Groups, cancellationToken)).ToDictionary(s => s.Key, s => (AvgWait: s.Value.AverageWait, Peak: s.Value.WaitMax, RidesReporting: s.Value.RidesWithWaits));

            var shown = waits.Where(w => w.Value.AvgWait is not null)
                .OrderByDescending(w => w.Value.AvgWait)
                .ThenBy(w => w.Key)
                .Take(request.Limit ?? DefaultLimit)
                .ToList();
            // An instant has no period before it.
            var before = period == Period.Live || shown.Count == 0
                ? new Dictionary<int, ParkSum>()
                : await sums.ReadAsync(scope.Before(scope.GroupsOf(shown.Select(w => (w.Key, w.Key)))), cancellationToken);

            var rows = shown.Select((w, i) => Of(i + 1, scope.Parks[w.Key], w.Value.AvgWait, w.Value.Peak, w.Value.RidesReporting) with
            {
                ParkIsOpen = scope.IsOneDay ? now.GetValueOrDefault(w.Key)?.IsOpen : null,
                TrendPercentage = Figures.Trend(w.Value.AvgWait, before.GetValueOrDefault(w.Key)?.AverageWait),
                PeriodLabel = Periods.Label(period, scope.DaysOf(w.Key)),
            });
            return new Result(true, text, filter, [.. rows], Attribution.ThemeParksWiki);
        }

        private static Row Of(int rank, ParkInfo park, double? average, int? peak, int rides) => new(
            rank,
            park.ParkId,
            park.QueueTimesId,
            park.Name,
            park.Location,
            average,
            average,
            peak,
            peak,
            peak,
            rides,
            null,
            null,
            "",
            park.QueueTimesUrl);
    }
}
