using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Pauses a recurring job on all nodes, over restarts, until it is resumed. A job of it that runs goes on.</summary>
internal static class PauseRecurring
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string Name, string? Why = null) : IRequest<Outcome<RecurringAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/recurring", "Operations")
            .MapPost("/{name}/pause", Handle)
            .WithName(nameof(PauseRecurring))
            .WithSummary("Pauses a recurring job; why is kept with it. 409 when it is paused.")
            .Produces<RecurringAnswer>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string name, Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(name, body?.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(IRecurring recurring) : IRequestHandler<Command, Outcome<RecurringAnswer>>
    {
        public async Task<Outcome<RecurringAnswer>> Handle(Command request, CancellationToken cancellationToken) =>
            (await recurring.PauseAsync(request.Name, request.Why, cancellationToken)).Map(RecurringAnswer.Of);
    }
}
