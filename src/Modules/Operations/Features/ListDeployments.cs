using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Deploying;

namespace ThemePark.Modules.Operations.Features;

/// <summary>The deployments on this machine with every step and its evidence, the newest first.</summary>
internal static class ListDeployments
{
    private const int Most = 50;

    internal sealed record Query(int? Limit = null) : IRequest<Outcome<Page<DeploymentView>>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app.MapAdmin("/deployments", "Operations")
            .MapGet("", async (int? limit, IMediator mediator, CancellationToken ct) => (await mediator.Send(new Query(limit), ct)).ToHttp())
            .WithName("ListDeployments")
            .WithSummary("The deployments on this machine, from their journals: every step with its evidence, newest first.")
            .Produces<Page<DeploymentView>>();
    }

    internal sealed class Handler(DeployRunner runner, IOptions<DeployOptions> options, TimeProvider time) : IRequestHandler<Query, Outcome<Page<DeploymentView>>>
    {
        public async Task<Outcome<Page<DeploymentView>>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (request.Limit is < 1 or > Most)
            {
                return Failure.Validation("limit", FormattableString.Invariant($"limit must be from 1 to {Most}; got {request.Limit}."));
            }

            try
            {
                var all = await runner.ListAsync(cancellationToken);
                var page = all.Take(request.Limit ?? Most).Select(j => DeploymentView.Of(j, runner.StepsOf(j.Head), options.Value)).ToList();
                return new Page<DeploymentView>(page, new PageMetadata(page.Count, all.Count, time.GetUtcNow().UtcDateTime));
            }
            catch (DeployException e)
            {
                return new Failure("JOURNAL_UNREADABLE", StatusCodes.Status500InternalServerError, e.Message);
            }
        }
    }
}
