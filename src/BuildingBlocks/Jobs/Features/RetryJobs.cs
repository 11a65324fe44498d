using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Puts every failed or cancelled job that matches back in its queue, the oldest first, a thousand at most.</summary>
internal static class RetryJobs
{
    internal const int Most = 1000;

    internal sealed record Command(string? State, string? Queue, string? Name, string? Text, string? Why = null) : IRequest<Outcome<Result>>;

    /// <summary><c>skipped</c> are those whose work another unfinished job does. <c>more</c>: there are others; ask again.</summary>
    internal sealed record Result(int Retried, int Skipped, bool More);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapPost("/retry", Handle)
            .WithName(nameof(RetryJobs))
            .WithSummary("Runs all failed or cancelled jobs again that match state, queue, name and text.")
            .Produces<Result>();

        private static async Task<IResult> Handle(Command body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(body, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.State).Must(s => s is null or "FAILED" or "CANCELLED").WithMessage("state must be one of FAILED, CANCELLED; got '{PropertyValue}'.");
            RuleFor(c => c.Text).MaximumLength(200);
        }
    }

    internal sealed class Handler(JobReads reads, IJobs jobs, ICurrentCaller current, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var filter = new JobFilter(request.State is null ? null : EnumText.Parse<JobState>(request.State), request.Queue, request.Name, request.Text);
            var ids = await reads.RetryableAsync(filter, Most + 1, cancellationToken);
            var (retried, skipped) = (0, 0);
            foreach (var id in ids.Take(Most))
            {
                try
                {
                    retried += await jobs.RetryAsync(id, current.Caller.Name, cancellationToken) ? 1 : 0;
                }
                catch (DuplicateJobException)
                {
                    skipped++;
                }
            }

            await audit.RecordAsync(
                "job.retry_all", null, new { request.State, request.Queue, request.Name, request.Text, Retried = retried, Skipped = skipped }, request.Why, cancellationToken);
            return new Result(retried, skipped, ids.Count > Most);
        }
    }
}
