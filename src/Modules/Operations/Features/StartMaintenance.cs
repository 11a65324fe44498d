using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Modules.Operations.Features;

/// <summary>
/// Begins a maintenance: callers are refused with 503 and Retry-After, no job begins, and those that run are handed back where they stand. In a maintenance
/// it changes the reason and the expected end.
/// </summary>
internal static class StartMaintenance
{
    internal const int MostMinutes = 7 * 24 * 60;

    /// <summary><c>minutes</c>: how long it is expected to take; left out, nobody knows.</summary>
    internal sealed record Body(int? Minutes, string? Why);

    internal sealed record Command(int? Minutes, string? Why) : IRequest<Outcome<MaintenanceView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app.MapAdmin("/maintenance", "Operations")
            .MapPost("/start", async (Body body, IMediator mediator, CancellationToken ct) => (await mediator.Send(new Command(body.Minutes, body.Why), ct)).ToHttp())
            .WithName("StartMaintenance")
            .WithSummary("Refuses callers with 503 and Retry-After and drains the jobs, on every node; health and reading by operators go on.")
            .Produces<MaintenanceView>();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Minutes).InclusiveBetween(1, MostMinutes).WithMessage($"minutes must be from 1 to {MostMinutes}; got {{PropertyValue}}.");
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(Switches switches, SwitchBoard board, IJobDrain drain, ICurrentCaller current, IAuditLog audit, MaintenanceReader view, TimeProvider time)
        : IRequestHandler<Command, Outcome<MaintenanceView>>
    {
        public async Task<Outcome<MaintenanceView>> Handle(Command request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var by = current.Caller.Name;
            DateTime? end = request.Minutes is { } minutes ? now.AddMinutes(minutes) : null;
            await switches.OnAsync(new SwitchedOn(Switch.Maintenance, now, end, by, request.Why), cancellationToken);
            await drain.BeginAsync(by, request.Why, cancellationToken);
            board.Forget();
            await audit.RecordAsync("maintenance.start", null, new { ExpectedEnd = end }, request.Why, cancellationToken);
            return await view.ReadAsync(cancellationToken);
        }
    }
}
