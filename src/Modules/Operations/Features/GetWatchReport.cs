using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Modules.Operations.Features;

/// <summary>The watch day by day: the verdict of each metric, and a day's figures with what to look at first on it.</summary>
internal static class GetWatchReport
{
    /// <param name="Day">1 to 7; left out, the day the watch is at or ended on.</param>
    internal sealed record Query(int? Day) : IRequest<Outcome<WatchReport>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/watch", "Operations")
            .MapGet("/report", async ([AsParameters] Query query, IMediator mediator, CancellationToken ct) => (await mediator.Send(query, ct)).ToHttp())
            .WithName(nameof(GetWatchReport))
            .WithSummary("The watch day by day; `day` (1 to 7) chooses whose focus comes first.")
            .Produces<WatchReport>()
            .ProducesErrors(StatusCodes.Status404NotFound);
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Day).InclusiveBetween(1, WatchPlan.Days);
    }

    internal sealed class Handler(WatchReports reports) : IRequestHandler<Query, Outcome<WatchReport>>
    {
        public Task<Outcome<WatchReport>> Handle(Query request, CancellationToken cancellationToken) => reports.ReadAsync(request.Day, cancellationToken);
    }
}
