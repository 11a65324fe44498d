using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>What is paused. There are few, so there are no pages.</summary>
internal static class ListPauses
{
    internal sealed record Query : IRequest<Outcome<Page<JobPause>>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/pauses", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListPauses))
            .WithSummary("Jobs, commands, queues or everything that somebody has paused, with who and why.")
            .Produces<Page<JobPause>>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(JobPauses pauses, TimeProvider time) : IRequestHandler<Query, Outcome<Page<JobPause>>>
    {
        public async Task<Outcome<Page<JobPause>>> Handle(Query request, CancellationToken cancellationToken)
        {
            var all = await pauses.ListAsync(cancellationToken);
            return new Page<JobPause>(all, new PageMetadata(all.Count, all.Count, time.GetUtcNow().UtcDateTime));
        }
    }
}
