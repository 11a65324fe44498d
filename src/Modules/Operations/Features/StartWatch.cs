using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Begins the watch over a release by hand; a deployment begins its own. One watch at a time.</summary>
internal static class StartWatch
{
    /// <summary><c>version</c>: the release; left out, the one that answers.</summary>
    internal sealed record Body(string? Version, string? Why);

    internal sealed record Command(string? Version, string? Why) : IRequest<Outcome<WatchView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/watch", "Operations")
            .MapPost("/start", async (Body body, IMediator mediator, CancellationToken ct) => (await mediator.Send(new Command(body.Version, body.Why), ct)).ToHttp())
            .WithName(nameof(StartWatch))
            .WithSummary("Begins the watch over a release: a look at it every half hour for seven days. 409 while another one goes on.")
            .Produces<WatchView>()
            .ProducesErrors(StatusCodes.Status409Conflict);
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Version).MaximumLength(100);
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(WatchControl control, ICurrentCaller current) : IRequestHandler<Command, Outcome<WatchView>>
    {
        public Task<Outcome<WatchView>> Handle(Command request, CancellationToken cancellationToken) => control.BeginAsync(
            string.IsNullOrWhiteSpace(request.Version) ? ThisProgram.Version : request.Version.Trim(), current.Caller.Name, request.Why, cancellationToken);
    }
}
