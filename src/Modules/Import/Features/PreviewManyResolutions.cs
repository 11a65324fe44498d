using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Unmatched;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>What one word on many entities would do to each, before it is said. Nothing is written.</summary>
internal static class PreviewManyResolutions
{
    internal sealed record Query([FromQuery(Name = "id")] int[]? Ids, string? Action, [FromQuery(Name = "min_score")] int? MinScore)
        : IRequest<Outcome<Result>>, IBulkAction;

    /// <summary>
    /// <c>days</c> are file days that are read again, of all destinations; <c>days_without_raw</c> follow when they are imported again; <c>observations</c> are
    /// those of the entities that still have no ride. <c>waits_for</c> are unfinished imports that replays would be refused for.
    /// </summary>
    internal sealed record Result(IReadOnlyList<Chosen> Chosen, IReadOnlyList<RefusedEntity> Refused, int Days, int DaysWithoutRaw, long Observations, IReadOnlyList<string> WaitsFor);

    /// <summary>A ride, and its score, only with map.</summary>
    internal sealed record Chosen(int UnmatchedId, string? Name, int? RideId, string? RideName, int? Score);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/unmatched/preview", Handle)
            .WithName(nameof(PreviewManyResolutions))
            .WithSummary("What resolving up to 200 unmatched entities at once would do to each (id may be repeated), and how many days are read again.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Ids).Must(ids => ids is { Length: >= 1 and <= BulkDecisions.Most }).WithMessage($"id must name 1 to {BulkDecisions.Most} entities.");
            Include(new BulkActionRules());
        }
    }

    internal sealed class Handler(MySqlDatabase database, BulkDecisions bulk, UnmatchedResolver resolver, RunControl runs, ICatalogue catalogue)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            _ = Resolutions.TryParse(request.Action, out var resolution);
            var (chosen, refused) = await bulk.ChooseAsync(request.Ids!, resolution, request.MinScore, cancellationToken);
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var db = ImportDb.On(connection);
            var accepted = new List<(BulkChoice Choice, UnmatchedEntity Entity)>();
            foreach (var choice in chosen)
            {
                var entity = await db.Unmatched.Include(e => e.Days).SingleAsync(e => e.UnmatchedId == choice.Decision.UnmatchedId, cancellationToken);
                if (await resolver.CheckAsync(entity, choice.Decision, cancellationToken) is { } wrong)
                {
                    refused.Add(RefusedEntity.Of(entity.UnmatchedId, entity.Name, wrong));
                }
                else
                {
                    accepted.Add((choice, entity));
                }
            }

            var (days, without) = (0, 0);
            var waitsFor = new List<string>();
            foreach (var group in accepted.GroupBy(a => a.Entity.DestinationId).Where(_ => resolution != Resolution.Ignore))
            {
                var destination = (await catalogue.FindDestinationAsync(group.Key, cancellationToken))!;
                var plan = await Replays.PlanAsync(connection, [.. group.Select(a => a.Entity)], destination.Uuid, cancellationToken);
                days += plan.Days.Count;
                if (plan.Days.Count > 0 && await runs.LiveAsync(group.Key, cancellationToken) is { } live)
                {
                    waitsFor.Add(live);
                }

                without += group.SelectMany(a => a.Entity.Days).Select(d => d.ObjectDay).Distinct().Count() - plan.Days.Count;
            }

            var rides = await catalogue.GetRidesAsync([.. accepted.Select(a => a.Choice.Decision.RideId).OfType<int>()], cancellationToken);
            return new Result(
                [.. accepted.Select(a => new Chosen(
                    a.Entity.UnmatchedId,
                    a.Entity.Name,
                    a.Choice.Decision.RideId,
                    a.Choice.Decision.RideId is { } ride ? rides.GetValueOrDefault(ride)?.Name : null,
                    a.Choice.Score))],
                [.. refused.OrderBy(r => r.UnmatchedId)],
                days,
                without,
                accepted.Sum(a => a.Entity.Days.Sum(d => d.Observations)),
                waitsFor);
        }
    }
}
