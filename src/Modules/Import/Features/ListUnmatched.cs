using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Modules.Import.Features;

/// <summary>Entities without a ride and what they might be, the most seen first unless another order is asked for.</summary>
internal static class ListUnmatched
{
    internal sealed record Query(
        [FromQuery(Name = "destination_id")] int? DestinationId = null,
        string? Status = null,
        string? Text = null,
        string? Sort = null,
        int? Limit = null,
        int? Offset = null) : IRequest<Outcome<Page<UnmatchedView>>>, IPaged, IUnmatchedList;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/unmatched", Handle)
            .WithName(nameof(ListUnmatched))
            .WithSummary("Entities without a ride, by part of a name or a whole id (text), the most seen first (sort); resolved and ignored ones only when status asks for them.")
            .Produces<Page<UnmatchedView>>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => Include(new UnmatchedListRules());
    }

    internal sealed class Handler(UnmatchedReads reads, TimeProvider clock) : IRequestHandler<Query, Outcome<Page<UnmatchedView>>>
    {
        public async Task<Outcome<Page<UnmatchedView>>> Handle(Query request, CancellationToken cancellationToken)
        {
            var (entities, total) = await reads.ListAsync(request, request.LimitOrDefault(), request.OffsetOrDefault(), cancellationToken);
            return new Page<UnmatchedView>(entities, new PageMetadata(entities.Count, total, clock.GetUtcNow().UtcDateTime));
        }
    }
}
