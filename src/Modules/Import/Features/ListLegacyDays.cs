using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Modules.Import.Features;

/// <summary>The account of every day brought over, newest first.</summary>
internal static class ListLegacyDays
{
    internal static readonly string[] States = ["PENDING", "COPIED", "VERIFIED", "MISMATCH"];

    internal sealed record Query(string? State = null, int? Limit = null, int? Offset = null) : IRequest<Outcome<Page<LegacyDayView>>>, IPaged;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/legacy", "Import")
            .MapGet("/days", Handle)
            .WithName(nameof(ListLegacyDays))
            .WithSummary("What became of the rows of each UTC day of an existing warehouse, newest first.")
            .Produces<Page<LegacyDayView>>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.State)
            .Must(s => s is null || States.Contains(s))
            .WithMessage($"state must be one of {string.Join(", ", States)}.");
    }

    internal sealed class Handler(LegacyStore store, LegacyReads reads, TimeProvider clock) : IRequestHandler<Query, Outcome<Page<LegacyDayView>>>
    {
        public async Task<Outcome<Page<LegacyDayView>>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await store.FindLastAsync(cancellationToken) is not { } copy)
            {
                return LegacyFailures.NotBegun;
            }

            var (days, total) = await reads.DaysAsync(copy.CopyId, request.State, request.LimitOrDefault(), request.OffsetOrDefault(), cancellationToken);
            return new Page<LegacyDayView>(days, new PageMetadata(days.Count, total, clock.GetUtcNow().UtcDateTime));
        }
    }
}
