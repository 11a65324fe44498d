using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>One job with its runs and its log.</summary>
internal static class GetJob
{
    private const int DefaultLines = 200;
    private const int MostLines = 1000;

    internal sealed record Query(string Id, long? After = null, int? Lines = null, bool Tail = false) : IRequest<Outcome<Result>>;

    internal sealed record Result(JobAnswer Job, IReadOnlyList<Attempt> Attempts, IReadOnlyList<Line> Log);

    internal sealed record Attempt(int Run, int Try, string Node, DateTime StartedAt, DateTime? FinishedAt, string Outcome, string? Error);

    internal sealed record Line(long LineId, int Run, DateTime At, string Level, string Text);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapGet("/{id}", Handle)
            .WithName(nameof(GetJob))
            .WithSummary("A job: state, progress, node, its runs with their errors, and its log lines after a line_id, or with tail its last ones.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle(
            [FromRoute] string id, [FromQuery] long? after, [FromQuery] int? lines, [FromQuery] bool? tail, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(id, after, lines, tail ?? false), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.After).GreaterThanOrEqualTo(0);
            RuleFor(q => q.After).Null().When(q => q.Tail).WithMessage("after goes on behind a line and tail begins at the end: choose one.");
            RuleFor(q => q.Lines).InclusiveBetween(1, MostLines);
        }
    }

    internal sealed class Handler(JobAnswers answers, IJobs jobs) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var found = await answers.FindAsync(request.Id, cancellationToken);
            if (found.Failure is { } failure)
            {
                return failure;
            }

            var (view, answer) = found.Value;
            var attempts = await jobs.AttemptsAsync(view.Id, cancellationToken);
            var lines = request.Lines ?? DefaultLines;
            var log = request.Tail
                ? await jobs.LastLogAsync(view.Id, lines, cancellationToken)
                : await jobs.LogAsync(view.Id, request.After ?? 0, lines, cancellationToken);
            return new Result(
                answer,
                [.. attempts.Select(a => new Attempt(a.RunNo, a.Attempt, a.Node, a.StartedAt, a.FinishedAt, a.Outcome.ToUpperSnake(), a.Error))],
                [.. log.Select(l => new Line(l.LineId, l.RunNo, l.At, l.Level.ToString().ToUpperInvariant(), l.Text))]);
        }
    }
}
