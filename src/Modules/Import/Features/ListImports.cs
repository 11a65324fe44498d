using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Features;

/// <summary>Imports, newest first unless another order is asked for.</summary>
internal static class ListImports
{
    internal sealed record Query(
        string? Status,
        [FromQuery(Name = "destination_id")] int? DestinationId,
        [FromQuery(Name = "park_id")] int? ParkId,
        [FromQuery(Name = "batch_id")] string? BatchId,
        int? Limit,
        int? Offset,
        string? Sort = null) : IRequest<Outcome<Page<ImportView>>>, IPaged;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/list", Handle)
            .RequireRateLimiting(RateLimits.StatusReads)
            .WithName(nameof(ListImports))
            .WithSummary("Imports by state, destination, park or batch, newest first; sort by created, status, duration (time at work) or files_failed, with - the other way round.")
            .Produces<Page<ImportView>>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Status).MustBeNameOf<Query, ImportStatus>();
            RuleFor(q => q.Sort)
                .Must(s => s is null || ImportReads.Sorts.Contains(s))
                .WithMessage($"sort must be one of {string.Join(", ", ImportReads.Sorts)}; got '{{PropertyValue}}'.");
        }
    }

    internal sealed class Handler(ImportReads reads, ICatalogue catalogue, TimeProvider clock) : IRequestHandler<Query, Outcome<Page<ImportView>>>
    {
        public async Task<Outcome<Page<ImportView>>> Handle(Query request, CancellationToken cancellationToken)
        {
            var destination = request.DestinationId;
            if (request.ParkId is { } park)
            {
                var owner = await catalogue.FindDestinationOfParkAsync(park, cancellationToken);
                if (owner is null || (destination is not null && destination != owner.DestinationId))
                {
                    return Failure.Validation("park_id", $"There is no park {park}{(owner is null ? "" : $" in destination {destination}")}.");
                }

                destination = owner.DestinationId;
            }

            var filter = new ImportFilter(
                BatchId: request.BatchId,
                Status: request.Status is null ? null : EnumText.Parse<ImportStatus>(request.Status),
                DestinationId: destination,
                Sort: request.Sort);
            var (imports, total) = await reads.ListAsync(filter, request.LimitOrDefault(), request.OffsetOrDefault(), cancellationToken);
            return new Page<ImportView>(imports, new PageMetadata(imports.Count, total, clock.GetUtcNow().UtcDateTime));
        }
    }
}
