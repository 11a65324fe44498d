using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Features;

/// <summary>Starts the import of one destination: the run is stored with its job and begins as soon as a node has a place for it.</summary>
internal static class StartImport
{
    /// <summary>Exactly one of the three ways to name the destination; a park stands for its destination.</summary>
    internal sealed record Command(
        int? DestinationId = null,
        Guid? DestinationUuid = null,
        int? ParkId = null,
        DateOnly? StartDate = null,
        DateOnly? EndDate = null,
        bool DryRun = false,
        bool Refetch = false,
        bool FromRaw = false,
        bool CreateMissing = true,
        string? Overlap = null,
        string? Why = null) : IRequest<Outcome<ImportView>>, IDateRange, INamesDestination;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/start", Handle)
            .WithName(nameof(StartImport))
            .WithSummary("Starts the import of one destination's history, whole or between two days; at most five an hour per destination.")
            .Produces<ImportView>(StatusCodes.Status201Created)
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle(Command command, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(command, cancellationToken)).ToHttp(import => Results.Created($"/api/admin/import/status/{import.ImportId}", import));
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c)
                .Must(ArchiveDestinations.IsNamedOnce)
                .OverridePropertyName("destination_id")
                .WithMessage("Name the destination once: destination_id, destination_uuid or park_id.");
            RuleFor(c => c.Overlap).MustBeNameOf<Command, OverlapPolicy>();
            RuleFor(c => c.Refetch)
                .Equal(false)
                .When(c => c.FromRaw)
                .WithMessage("refetch asks the source and from_raw never does: choose one.");
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(
        ICatalogue catalogue, ArchiveDestinations destinations, RunControl runs, ImportReads reads, ICallLimits limits, IAuditLog audit, TimeProvider clock)
        : IRequestHandler<Command, Outcome<ImportView>>
    {
        public async Task<Outcome<ImportView>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (DateRange.Check(request, clock) is { } wrong)
            {
                return wrong;
            }

            var found = await destinations.FindAsync(request, cancellationToken);
            if (found.Failure is { } missing)
            {
                return missing;
            }

            var (uuid, known) = found.Value;
            if (limits.Take(RateLimits.StartImport, uuid.ToString()) is { } limited)
            {
                return limited;
            }

            var created = await runs.CreateAsync(
                new NewRun
                {
                    DestinationId = known?.DestinationId ?? await catalogue.EnsureDestinationAsync(uuid, null, cancellationToken),
                    DestinationUuid = uuid,
                    StartDate = request.StartDate,
                    EndDate = request.EndDate,
                    DryRun = request.DryRun,
                    Refetch = request.Refetch,
                    FromRaw = request.FromRaw,
                    CreateMissing = request.CreateMissing,
                    Overlap = request.Overlap is null ? null : EnumText.Parse<OverlapPolicy>(request.Overlap),
                },
                cancellationToken);
            if (created.Failure is { } conflict)
            {
                return conflict;
            }

            await audit.RecordAsync("import.start", created.Value, request with { Why = null }, request.Why, cancellationToken);
            return (await reads.FindAsync(created.Value, cancellationToken))!;
        }
    }
}
