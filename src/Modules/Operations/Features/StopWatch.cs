using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Ends the watch before its seven days are over: it then says nothing about the release. What it saw is kept.</summary>
internal static class StopWatch
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string? Why) : IRequest<Outcome<WatchView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/watch", "Operations")
            .MapPost("/stop", async (Body body, IMediator mediator, CancellationToken ct) => (await mediator.Send(new Command(body.Why), ct)).ToHttp())
            .WithName(nameof(StopWatch))
            .WithSummary("Ends the watch that goes on, for the reason in `why`; 409 when there is none.")
            .Produces<WatchView>()
            .ProducesErrors(StatusCodes.Status409Conflict);
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).NotEmpty().WithMessage("why must say why the watch ends before its time.").MaximumLength(500);
    }

    internal sealed class Handler(WatchControl control, ICurrentCaller current) : IRequestHandler<Command, Outcome<WatchView>>
    {
        public Task<Outcome<WatchView>> Handle(Command request, CancellationToken cancellationToken) =>
            control.StopAsync(current.Caller.Name, request.Why!, cancellationToken);
    }
}
