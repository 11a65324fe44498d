using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Jobs, newest first unless asked otherwise, with the number in each state.</summary>
internal static class ListJobs
{
    internal sealed record Query(string? State, string? Queue, string? Name, string? Text, int? Limit, int? Offset, string? Sort = null)
        : IRequest<Outcome<Result>>, IPaged;

    /// <summary><c>states</c> counts all jobs, whatever was asked for; a state without jobs is 0.</summary>
    internal sealed record Result(IReadOnlyList<JobAnswer> Data, IReadOnlyDictionary<string, long> States, PageMetadata Metadata);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListJobs))
            .WithSummary("Jobs, newest first or by sort; by state, queue, name (of the command) and text (in the command, the last error or who asked; or the id).")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.State).MustBeNameOf<Query, JobState>();
            RuleFor(q => q.Text).MaximumLength(200);
            RuleFor(q => q.Sort).MustBeOneOf(JobReads.Sorts);
        }
    }

    internal sealed class Handler(JobReads reads, JobPauses pauses, TimeProvider time) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var filter = new JobFilter(request.State is null ? null : EnumText.Parse<JobState>(request.State), request.Queue, request.Name, request.Text);
            var (jobs, total, states) = await reads.ListAsync(filter, request.Sort, request.LimitOrDefault(), request.OffsetOrDefault(), cancellationToken);
            var held = await pauses.ListAsync(cancellationToken);
            var now = time.GetUtcNow().UtcDateTime;
            return new Result(
                [.. jobs.Select(j => JobAnswer.Of(j, held, now))],
                Enum.GetValues<JobState>().ToDictionary(s => s.ToUpperSnake(), s => states.GetValueOrDefault(s)),
                new PageMetadata(jobs.Count, total, now));
        }
    }
}
