using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Takes a job's own pause away.</summary>
internal static class ResumeJob
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string Id, string? Why = null) : IRequest<Outcome<JobAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapPost("/{id}/resume", Handle)
            .WithName(nameof(ResumeJob))
            .WithSummary("Lets a paused job run; 409 when it is not paused by itself.")
            .Produces<JobAnswer>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string id, Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(id, body?.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(JobActs acts, JobPauses pauses) : IRequestHandler<Command, Outcome<JobAnswer>>
    {
        public Task<Outcome<JobAnswer>> Handle(Command request, CancellationToken cancellationToken) => acts.DoAsync(
            request.Id,
            "job.resume",
            request.Why,
            async job => await pauses.ResumeAsync(PauseScope.Job, job.Id.ToString(), cancellationToken)
                ? null
                : JobAnswer.InvalidState(job, "resumed: it is not paused by itself"),
            cancellationToken);
    }
}
