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
    internal sealed record Command(string Name) : IRequest<Outcome<RecurringAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/recurring", "Operations")
            .MapPost("/{name}/resume", Handle)
            .WithName(nameof(ResumeRecurring))
            .WithSummary("Resumes a paused recurring job with its next instant. 409 when it is not paused.")
            .Produces<RecurringAnswer>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string name, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(name), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(IRecurring recurring) : IRequestHandler<Command, Outcome<RecurringAnswer>>
    {
        public async Task<Outcome<RecurringAnswer>> Handle(Command request, CancellationToken cancellationToken) =>
            (await recurring.ResumeAsync(request.Name, cancellationToken)).Map(RecurringAnswer.Of);
    }
}
