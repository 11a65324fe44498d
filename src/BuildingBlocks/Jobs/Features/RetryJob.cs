using FluentValidation;
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

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(JobActs acts, IJobs jobs, ICurrentCaller current) : IRequestHandler<Command, Outcome<JobAnswer>>
    {
        public Task<Outcome<JobAnswer>> Handle(Command request, CancellationToken cancellationToken) =>
            acts.DoAsync(request.Id, "job.retry", request.Why, job => RetryAsync(job, cancellationToken), cancellationToken);

        private async Task<Failure?> RetryAsync(JobView job, CancellationToken ct)
        {
            try
            {
                return await jobs.RetryAsync(job.Id, current.Caller.Name, ct) ? null : JobAnswer.InvalidState(job, "retried");
            }
            catch (DuplicateJobException e)
            {
                return new Failure(
                    "JOB_IN_PROGRESS",
                    StatusCodes.Status409Conflict,
                    $"Job {e.Existing} does the same and is not finished.",
                    new Dictionary<string, object?> { ["existing_job_id"] = e.Existing.ToString() });
            }
        }
    }
}
