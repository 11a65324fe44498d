using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>One job with its runs and its log.</summary>
internal static class GetJob
{
    private const int DefaultLines = 200;
    private const int MostLines = 1000;

    internal sealed record Query(string Id, long? After = null, int? Lines = null, bool? Tail = null) : IRequest<Outcome<Result>>;

    /// <param name="Room">When it waits for a PLACE: what there is of them.</param>
    /// <param name="SameWork">Another unfinished job with the same unique key, which keeps this one from being retried.</param>
    internal sealed record Result(JobAnswer Job, QueueRoom? Room, string? SameWork, IReadOnlyList<Attempt> Attempts, IReadOnlyList<Line> Log);

    /// <param name="Nodes">Nodes that run jobs and are not lost.</param>
    /// <param name="Running">Jobs of the queue that run, on all nodes.</param>
    /// <param name="PerNode">The queue's own limit on each node, as this node is configured; null: only <paramref name="Workers"/>.</param>
    /// <param name="Cluster">Its limit on all nodes together; null: none.</param>
    /// <param name="Workers">Jobs of all queues at once on a node.</param>
    internal sealed record QueueRoom(long Nodes, long Running, int? PerNode, int? Cluster, int Workers);

    internal sealed record Attempt(int Run, int Try, string Node, DateTime StartedAt, DateTime? FinishedAt, string Outcome, string? Error);

    internal sealed record Line(long LineId, int Run, DateTime At, string Level, string Text);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapGet("/{id}", Handle)
            .WithName(nameof(GetJob))
            .WithSummary("A job: state, progress, node, its runs with their errors, and its log lines after a line_id, or with tail the last ones.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle(
            [FromRoute] string id, [FromQuery] long? after, [FromQuery] int? lines, [FromQuery] bool? tail, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(id, after, lines, tail), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.After).GreaterThanOrEqualTo(0);
            RuleFor(q => q.Lines).InclusiveBetween(1, MostLines);
            RuleFor(q => q.After).Null().When(q => q.Tail is true).WithMessage("after goes on behind a line and tail begins at the end: choose one.");
        }
    }

    internal sealed class Handler(JobAnswers answers, JobReads reads, NodeStore nodes, IOptions<JobsOptions> options)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var found = await answers.FindAsync(request.Id, cancellationToken);
            if (found.Failure is { } failure)
            {
                return failure;
            }

            var (view, answer) = found.Value;
            var attempts = await reads.AttemptsAsync(view.Id, cancellationToken);
            var lines = request.Lines ?? DefaultLines;
            var log = request.Tail is true
                ? await reads.LastLinesAsync(view.Id, lines, cancellationToken)
                : await reads.LogAsync(view.Id, request.After ?? 0, lines, cancellationToken);
            return new Result(
                answer,
                answer.WaitingFor == "PLACE" ? await RoomAsync(view.Queue, cancellationToken) : null,
                await reads.SameWorkAsync(view, cancellationToken),
                [.. attempts.Select(a => new Attempt(a.RunNo, a.Attempt, a.Node, a.StartedAt, a.FinishedAt, a.Outcome.ToUpperSnake(), a.Error))],
                [.. log.Select(l => new Line(l.LineId, l.RunNo, l.At, l.Level.ToString().ToUpperInvariant(), l.Text))]);
        }

        private async Task<QueueRoom> RoomAsync(string queue, CancellationToken ct)
        {
            var (alive, running) = await nodes.RoomAsync(queue, options.Value.DeadAfter, ct);
            var limit = options.Value.Queues.GetValueOrDefault(queue);
            return new QueueRoom(alive, running, limit?.Cluster is null ? limit?.PerNode : null, limit?.Cluster, options.Value.Workers);
        }
    }
}
