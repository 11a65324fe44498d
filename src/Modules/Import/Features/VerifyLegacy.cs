using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Modules.Import.Features;

/// <summary>Verifies all copied days again; the first one that differs fails the job by name, and the next copy writes such days anew.</summary>
internal static class VerifyLegacy
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string? Why = null) : IRequest<Outcome<LegacyView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/legacy", "Import")
            .MapPost("/verify", Handle)
            .WithName(nameof(VerifyLegacy))
            .WithSummary("Compares every copied day with the legacy table by count and checksum, as a job.")
            .Produces<LegacyView>(StatusCodes.Status202Accepted)
            .ProducesErrors(StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle(Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(body?.Why), cancellationToken)).ToHttp(view => Results.Accepted(LegacyView.StatusPath, view));
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(LegacyControl control) : IRequestHandler<Command, Outcome<LegacyView>>
    {
        public Task<Outcome<LegacyView>> Handle(Command request, CancellationToken cancellationToken) =>
            control.StartAsync(LegacyTask.Verify, option: false, null, request.Why, cancellationToken);
    }
}
