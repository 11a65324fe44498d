using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Ends a maintenance: callers are served and jobs go on. One that was begun half (the node died between its two steps) is ended too.</summary>
internal static class EndMaintenance
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string? Why) : IRequest<Outcome<MaintenanceView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app.MapAdmin("/maintenance", "Operations")
            .MapPost("/end", async (Body body, IMediator mediator, CancellationToken ct) => (await mediator.Send(new Command(body.Why), ct)).ToHttp())
            .WithName("EndMaintenance")
            .WithSummary("Serves callers and runs jobs again; 409 when the warehouse is not in maintenance.")
            .Produces<MaintenanceView>()
            .ProducesErrors(StatusCodes.Status409Conflict);
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(Switches switches, SwitchBoard board, IJobDrain drain, IAuditLog audit, MaintenanceReader view) : IRequestHandler<Command, Outcome<MaintenanceView>>
    {
        public async Task<Outcome<MaintenanceView>> Handle(Command request, CancellationToken cancellationToken)
        {
            var drained = await drain.EndAsync(cancellationToken);
            var refused = await switches.OffAsync(Switch.Maintenance, cancellationToken);
            board.Forget();
            if (!drained && !refused)
            {
                return new Failure("INVALID_STATE", StatusCodes.Status409Conflict, "The warehouse is not in maintenance.");
            }

            await audit.RecordAsync("maintenance.end", null, null, request.Why, cancellationToken);
            return await view.ReadAsync(cancellationToken);
        }
    }
}
