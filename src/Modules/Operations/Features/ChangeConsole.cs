using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Closes the console on every node, or opens it. The API and the command line are not touched.</summary>
internal static class ChangeConsole
{
    internal sealed record Body(string? Why);

    internal sealed record Command(bool Open, string? Why) : IRequest<Outcome<MaintenanceView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app)
        {
            var group = app.MapAdmin("/console", "Operations");
            group.MapPost("/close", (Body body, IMediator mediator, CancellationToken ct) => HandleAsync(false, body, mediator, ct))
                .WithName("CloseConsole")
                .WithSummary("Answers 503 to everybody who opens the console, on every node; 409 when it is closed.")
                .Produces<MaintenanceView>()
                .ProducesErrors(StatusCodes.Status409Conflict);
            group.MapPost("/open", (Body body, IMediator mediator, CancellationToken ct) => HandleAsync(true, body, mediator, ct))
                .WithName("OpenConsole")
                .WithSummary("Opens the console again; 409 when it is open.")
                .Produces<MaintenanceView>()
                .ProducesErrors(StatusCodes.Status409Conflict);
        }

        private static async Task<IResult> HandleAsync(bool open, Body body, IMediator mediator, CancellationToken ct) =>
            (await mediator.Send(new Command(open, body.Why), ct)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(Switches switches, SwitchBoard board, ICurrentCaller current, IAuditLog audit, MaintenanceReader view, TimeProvider time)
        : IRequestHandler<Command, Outcome<MaintenanceView>>
    {
        public async Task<Outcome<MaintenanceView>> Handle(Command request, CancellationToken cancellationToken)
        {
            var isClosed = (await switches.ReadAsync(cancellationToken)).Any(s => s.Switch == Switch.ConsoleClosed);
            if (isClosed != request.Open)
            {
                return new Failure("INVALID_STATE", StatusCodes.Status409Conflict, request.Open ? "The console is open already." : "The console is closed already.");
            }

            if (request.Open)
            {
                await switches.OffAsync(Switch.ConsoleClosed, cancellationToken);
            }
            else
            {
                await switches.OnAsync(
                    new SwitchedOn(Switch.ConsoleClosed, time.GetUtcNow().UtcDateTime, null, current.Caller.Name, request.Why), cancellationToken);
            }

            board.Forget();
            await audit.RecordAsync(request.Open ? "console.open" : "console.close", null, null, request.Why, cancellationToken);
            return await view.ReadAsync(cancellationToken);
        }
    }
}
