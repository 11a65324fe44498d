using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Modules.Import.Features;

/// <summary>The short part: freezes the legacy table, brings over its last rows and shows ours under its name. Rows that stay behind must have been accepted.</summary>
internal static class SwapLegacy
{
    internal sealed record Body(string? Why, bool? AcceptUnknown = null);

    internal sealed record Command(bool AcceptUnknown = false, string? Why = null) : IRequest<Outcome<LegacyView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/legacy", "Import")
            .MapPost("/swap", Handle)
            .WithName(nameof(SwapLegacy))
            .WithSummary("Takes the legacy table out of service for its writers and puts a view over ours in its place, as a job.")
            .Produces<LegacyView>(StatusCodes.Status202Accepted)
            .ProducesErrors(StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle(Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(body?.AcceptUnknown ?? false, body?.Why), cancellationToken)).ToHttp(view => Results.Accepted(LegacyView.StatusPath, view));
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(LegacyControl control) : IRequestHandler<Command, Outcome<LegacyView>>
    {
        public Task<Outcome<LegacyView>> Handle(Command request, CancellationToken cancellationToken) =>
            control.StartAsync(LegacyTask.Swap, request.AcceptUnknown, new { request.AcceptUnknown }, request.Why, cancellationToken);
    }
}
