using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Puts a failed or cancelled job back in its queue, with all its retries.</summary>
internal static class RetryJob
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string Id, string? Why = null) : IRequest<Outcome<JobAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapPost("/{id}/retry", Handle)
            .WithName(nameof(RetryJob))
            .WithSummary("Runs a failed or cancelled job again; 409 in any other state.")
            .Produces<JobAnswer>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string id, Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(id, body?.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(JobAnswers answers, IJobs jobs, ICurrentCaller current, IAuditLog audit) : IRequestHandler<Command, Outcome<JobAnswer>>
    {
        public async Task<Outcome<JobAnswer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var found = await answers.FindAsync(request.Id, cancellationToken);
            if (found.Failure is { } failure)
            {
                return failure;
            }

            var view = found.Value.View;
            try
            {
                if (!await jobs.RetryAsync(view.Id, current.Caller.Name, cancellationToken))
                {
                    return JobAnswer.InvalidState(view, "retried");
                }
            }
            catch (DuplicateJobException e)
            {
                return new Failure(
                    "JOB_IN_PROGRESS", StatusCodes.Status409Conflict, $"Job {e.Existing} does the same and is not finished.", new Dictionary<string, object?> { ["existing_job_id"] = e.Existing.ToString() });
            }

            await audit.RecordAsync("job.retry", view.Id.ToString(), new { view.Name, Before = view.State.ToUpperSnake() }, request.Why, cancellationToken);
            return (await answers.FindAsync(request.Id, cancellationToken)).Map(f => f.Answer);
        }
    }
}
