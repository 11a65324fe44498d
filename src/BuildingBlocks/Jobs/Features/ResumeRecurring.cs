using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Lets a paused recurring job go on with its next instant. What the pause left out stays out.</summary>
internal static class ResumeRecurring
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string Name, string? Why = null) : IRequest<Outcome<RecurringAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/recurring", "Operations")
            .MapPost("/{name}/resume", Handle)
            .WithName(nameof(ResumeRecurring))
            .WithSummary("Resumes a paused recurring job with its next instant. 409 when it is not paused.")
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
            (await recurring.ResumeAsync(request.Name, request.Why, cancellationToken)).Map(RecurringAnswer.Of);
    }
}
