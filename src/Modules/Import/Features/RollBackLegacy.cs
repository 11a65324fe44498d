using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Modules.Import.Features;

/// <summary>Undoes a swap, whole or half done. Before one it only ends the copying; the copied rows stay unless they are to be discarded.</summary>
internal static class RollBackLegacy
{
    internal sealed record Body(string? Why, bool? Discard = null);

    internal sealed record Command(bool Discard = false, string? Why = null) : IRequest<Outcome<LegacyView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/legacy", "Import")
            .MapPost("/rollback", Handle)
            .WithName(nameof(RollBackLegacy))
            .WithSummary("Puts the legacy table back as it was, with the rows collected since, as a job; at any point.")
            .Produces<LegacyView>(StatusCodes.Status202Accepted)
            .ProducesErrors(StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle(Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(body?.Discard ?? false, body?.Why), cancellationToken)).ToHttp(view => Results.Accepted(LegacyView.StatusPath, view));
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(LegacyControl control) : IRequestHandler<Command, Outcome<LegacyView>>
    {
        public Task<Outcome<LegacyView>> Handle(Command request, CancellationToken cancellationToken) =>
            control.StartAsync(LegacyTask.RollBack, request.Discard, new { request.Discard }, request.Why, cancellationToken);
    }
}
