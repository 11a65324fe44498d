using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Modules.Import.Features;

/// <summary>
/// One word on many entities without a ride: ignore, create, or map each to its best candidate. Each has an outcome of its own; one replay per
/// destination writes the days of those that were resolved. It is started, not waited for.
/// </summary>
internal static class ResolveManyUnmatched
{
    internal sealed record Command(IReadOnlyList<int>? Ids, string? Action, int? MinScore = null, string? Note = null)
        : IRequest<Outcome<Result>>, IBulkAction;

    internal sealed record Result(IReadOnlyList<Done> Done, IReadOnlyList<RefusedEntity> Refused, IReadOnlyList<Replay> Replays);

    internal sealed record Done(int UnmatchedId, string? Name, string Status, string Resolution, int? RideId);

    /// <summary>As in the answer about one entity; GET status/{import_id} tells the rest.</summary>
    internal sealed record Replay(int DestinationId, string? ImportId, int Days, int DaysWithoutRaw);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/unmatched/resolve", Handle)
            .WithName(nameof(ResolveManyUnmatched))
            .WithSummary("Ignores up to 200 unmatched entities, creates rides of them, or maps each to its best candidate of at least min_score; says what became of each.")
            .Produces<Result>();

        private static async Task<IResult> Handle(Command command, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(command, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Ids).Must(ids => ids is { Count: >= 1 and <= BulkDecisions.Most }).WithMessage($"ids must name 1 to {BulkDecisions.Most} entities.");
            Include(new BulkActionRules());
            RuleFor(c => c.Note).MaximumLength(1000);
        }
    }

    internal sealed class Handler(BulkDecisions bulk, UnmatchedResolver resolver) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            _ = Resolutions.TryParse(request.Action, out var resolution);
            var (chosen, refused) = await bulk.ChooseAsync(request.Ids!, resolution, request.MinScore, cancellationToken);
            var names = chosen.ToDictionary(c => c.Decision.UnmatchedId, c => c.Name);
            var done = new List<Done>();
            var replays = new List<Replay>();
            foreach (var group in chosen.GroupBy(c => c.DestinationId))
            {
                var resolved = await resolver.ResolveAsync(group.Key, [.. group.Select(c => c.Decision)], request.Note, cancellationToken);
                done.AddRange(resolved.Decisions.Select(d => d.Entity).OfType<UnmatchedEntity>()
                    .Select(e => new Done(e.UnmatchedId, e.Name, e.Status, e.Resolution!, e.RideId)));
                refused.AddRange(resolved.Decisions.Where(d => d.Failure is not null).Select(d => RefusedEntity.Of(d.UnmatchedId, names[d.UnmatchedId], d.Failure!)));
                if (resolved.ImportId is not null || resolved.DaysWithoutRaw > 0)
                {
                    replays.Add(new Replay(group.Key, resolved.ImportId, resolved.Plan.Days.Count, resolved.DaysWithoutRaw));
                }
            }

            return new Result(done, [.. refused.OrderBy(r => r.UnmatchedId)], replays);
        }
    }
}
