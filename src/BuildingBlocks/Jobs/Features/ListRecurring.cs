using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>The recurring jobs by name: when they come, what became of the last job, what comes next. There are few, so there are no pages.</summary>
internal static class ListRecurring
{
    internal sealed record Query : IRequest<Outcome<Page<RecurringAnswer>>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/recurring", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListRecurring))
            .WithSummary("Recurring jobs: schedule, pause, next and last instant, last job, instants skipped, the next five instants.")
            .Produces<Page<RecurringAnswer>>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(IRecurring recurring, TimeProvider time) : IRequestHandler<Query, Outcome<Page<RecurringAnswer>>>
    {
        public async Task<Outcome<Page<RecurringAnswer>>> Handle(Query request, CancellationToken cancellationToken)
        {
            var all = await recurring.ListAsync(cancellationToken);
            return new Page<RecurringAnswer>([.. all.Select(RecurringAnswer.Of)], new PageMetadata(all.Count, all.Count, time.GetUtcNow().UtcDateTime));
        }
    }
}
