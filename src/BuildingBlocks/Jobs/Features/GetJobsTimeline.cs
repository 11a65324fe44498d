using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>How jobs ended, hour by hour.</summary>
internal static class GetJobsTimeline
{
    private const int DefaultHours = 24;
    private const int MostHours = 168;

    internal sealed record Query(int? Hours) : IRequest<Outcome<Result>>;

    internal sealed record Result(IReadOnlyList<Hour> Data, PageMetadata Metadata);

    /// <summary>Jobs that ended in the hour from <c>from</c> on, UTC. One that was retried counts at its last end.</summary>
    internal sealed record Hour(DateTime From, long Succeeded, long Failed, long Cancelled);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapGet("/timeline", Handle)
            .WithName(nameof(GetJobsTimeline))
            .WithSummary("Jobs that ended in each of the last hours (default 24, 168 at most), by outcome; the running hour is the last.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Hours).InclusiveBetween(1, MostHours);
    }

    internal sealed class Handler(JobReads reads, TimeProvider time) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var hours = request.Hours ?? DefaultHours;
            var until = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc).AddHours(1);
            var from = until.AddHours(-hours);
            var ended = (await reads.EndedAsync(from, until, cancellationToken)).ToDictionary(e => (e.Hour, e.State), e => e.Jobs);
            return new Result(
                [
                    .. Enumerable.Range(0, hours).Select(hour => new Hour(
                        from.AddHours(hour),
                        ended.GetValueOrDefault((hour, JobState.Succeeded)),
                        ended.GetValueOrDefault((hour, JobState.Failed)),
                        ended.GetValueOrDefault((hour, JobState.Cancelled)))),
                ],
                new PageMetadata(hours, hours, now));
        }
    }
}
