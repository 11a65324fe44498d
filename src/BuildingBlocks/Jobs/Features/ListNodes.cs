using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>The processes that share the database and what each runs. There are few, so there are no pages.</summary>
internal static class ListNodes
{
    internal sealed record Query : IRequest<Outcome<Result>>;

    /// <param name="LateAfterSeconds">Silence from which a node is LATE.</param>
    /// <param name="LostAfterSeconds">Silence from which it is LOST, and its runs with it (<c>Jobs:DeadAfter</c>).</param>
    internal sealed record Result(IReadOnlyList<Node> Data, double LateAfterSeconds, double LostAfterSeconds, PageMetadata Metadata);

    /// <param name="State">ALIVE, LATE, LOST, STOPPED, or UNKNOWN: it runs a job and has never signed.</param>
    /// <param name="RunsJobs">False: it answers requests only.</param>
    /// <param name="Workers">Jobs at once, of all queues.</param>
    /// <param name="Queues">Queues with a limit of their own.</param>
    internal sealed record Node(
        string Name,
        string State,
        string? Host,
        string? Version,
        bool? RunsJobs,
        int? Workers,
        IReadOnlyDictionary<string, QueueLimit> Queues,
        DateTime? StartedAt,
        DateTime? HeartbeatAt,
        double? HeartbeatAgeSeconds,
        DateTime? StoppedAt,
        IReadOnlyList<Running> Jobs);

    /// <param name="Since">When this run of the job began.</param>
    /// <param name="Progress">0 to 1; null when the job says nothing.</param>
    internal sealed record Running(string JobId, string Name, string Queue, DateTime Since, double? Progress, string? ProgressNote);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/nodes", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListNodes))
            .WithSummary("Nodes of the last seven days: sign of life, version, limits, and the jobs each runs now.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(NodeStore nodes, IOptions<JobsOptions> options, TimeProvider time) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var lostAfter = options.Value.DeadAfter;
            var lateAfter = lostAfter / 2;
            var runs = (await nodes.RunsAsync(cancellationToken)).ToLookup(r => r.Node, Shown, StringComparer.Ordinal);
            var signed = await nodes.ListAsync(cancellationToken);
            List<Node> all =
            [
                .. signed.Select(n => Shown(n, n.StoppedAt is not null ? "STOPPED" : n.Age > lostAfter ? "LOST" : n.Age > lateAfter ? "LATE" : "ALIVE", [.. runs[n.Node]])),
                // One of an older version, or one that cannot write its row.
                .. runs.Select(r => r.Key).Except(signed.Select(n => n.Node), StringComparer.Ordinal)
                    .Select(name => new Node(name, "UNKNOWN", null, null, null, null, new Dictionary<string, QueueLimit>(), null, null, null, null, [.. runs[name]])),
            ];
            return new Result(all, lateAfter.TotalSeconds, lostAfter.TotalSeconds, new PageMetadata(all.Count, all.Count, time.GetUtcNow().UtcDateTime));
        }

        private static Running Shown(NodeRun run) => new(run.JobId, run.Name, run.Queue, run.StartedAt, run.Progress, run.ProgressNote);

        private static Node Shown(SignedNode node, string state, IReadOnlyList<Running> jobs) => new(
            node.Node,
            state,
            node.Host,
            node.Version,
            node.RunsJobs,
            node.Workers,
            JsonSerializer.Deserialize<Dictionary<string, QueueLimit>>(node.Queues, JsonSerializerOptions.Web) ?? [],
            node.StartedAt,
            node.HeartbeatAt,
            Math.Round(Math.Max(0, node.Age.TotalSeconds), 1),
            node.StoppedAt,
            jobs);
    }
}
