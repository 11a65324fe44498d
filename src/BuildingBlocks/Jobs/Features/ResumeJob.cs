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

    internal sealed class Handler(JobAnswers answers, JobPauses pauses, IAuditLog audit) : IRequestHandler<Command, Outcome<JobAnswer>>
    {
        public async Task<Outcome<JobAnswer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var found = await answers.FindAsync(request.Id, cancellationToken);
            if (found.Failure is { } failure)
            {
                return failure;
            }

            var view = found.Value.View;
            if (!await pauses.ResumeAsync(PauseScope.Job, view.Id.ToString(), cancellationToken))
            {
                return JobAnswer.InvalidState(view, "resumed: it is not paused by itself");
            }

            await audit.RecordAsync("job.resume", view.Id.ToString(), new { view.Name }, request.Why, cancellationToken);
            return (await answers.FindAsync(request.Id, cancellationToken)).Map(f => f.Answer);
        }
    }
}
