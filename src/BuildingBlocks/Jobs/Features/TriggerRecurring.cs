using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Enqueues a recurring job now, even a paused one; its schedule goes on as it was. One at a time, as by schedule.</summary>
internal static class TriggerRecurring
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string Name, string? Why = null) : IRequest<Outcome<Result>>;

    internal sealed record Result(string Name, string JobId);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/recurring", "Operations")
            .MapPost("/{name}/trigger", Handle)
            .WithName(nameof(TriggerRecurring))
            .WithSummary("Enqueues a recurring job now and answers the job; 409 while its last job is not finished.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string name, Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(name, body?.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(IRecurring recurring) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken) =>
            (await recurring.TriggerAsync(request.Name, request.Why, cancellationToken)).Map(id => new Result(request.Name, id.ToString()));
    }
}
