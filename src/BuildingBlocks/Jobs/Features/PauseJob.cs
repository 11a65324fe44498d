using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Holds a waiting job back until it is resumed. One that runs goes on: what it does has its own way to pause, or can be cancelled.</summary>
internal static class PauseJob
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string Id, string? Why = null) : IRequest<Outcome<JobAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapPost("/{id}/pause", Handle)
            .WithName(nameof(PauseJob))
            .WithSummary("Holds a waiting job back; 409 when it is not waiting or is paused already.")
            .Produces<JobAnswer>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string id, Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(id, body?.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(JobActs acts, JobPauses pauses, ICurrentCaller current) : IRequestHandler<Command, Outcome<JobAnswer>>
    {
        public Task<Outcome<JobAnswer>> Handle(Command request, CancellationToken cancellationToken) => acts.DoAsync(
            request.Id,
            "job.pause",
            request.Why,
            async job => job.State is JobState.Enqueued or JobState.Scheduled
                && await pauses.PauseAsync(PauseScope.Job, job.Id.ToString(), current.Caller.Name, request.Why, cancellationToken)
                    ? null
                    : JobAnswer.InvalidState(job, "paused"),
            cancellationToken);
    }
}
