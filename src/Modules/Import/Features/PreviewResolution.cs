using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Unmatched;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>What resolving an entity would do, before it is done. What would be refused is refused here, in the same words; nothing is written.</summary>
internal static class PreviewResolution
{
    internal sealed record Query(int UnmatchedId, string? Action, int? RideId = null) : IRequest<Outcome<Result>>;

    internal sealed record Choice(string? Action, [FromQuery(Name = "ride_id")] int? RideId);

    /// <summary>
    /// Read again from the raw store: <c>days</c> file days with <c>rows_of_days</c> rows so far; <c>days_without_raw</c> follow when they are imported
    /// again. <c>observations</c> are the entity's own on the days that are read again, from <c>first_day</c> to <c>last_day</c> in <c>time_zone</c>: all null
    /// when that zone is not known or there is no such day. <c>same_ride</c> are the other upstream ids that are the ride. <c>waits_for</c> is the unfinished
    /// import of the destination that a replay would be refused for.
    /// </summary>
    internal sealed record Result(
        int UnmatchedId,
        string Action,
        int? RideId,
        string? RideName,
        int Days,
        int DaysWithoutRaw,
        long Observations,
        long RowsOfDays,
        DateOnly? FirstDay,
        DateOnly? LastDay,
        string? TimeZone,
        IReadOnlyList<SameRide> SameRide,
        string? WaitsFor);

    /// <summary>An upstream id that is the ride, from (inclusive) and to (exclusive) these UTC instants; null is without limit.</summary>
    internal sealed record SameRide(Guid Uuid, DateTime? ValidFrom, DateTime? ValidTo);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/unmatched/{id}/preview", Handle)
            .WithName(nameof(PreviewResolution))
            .WithSummary("What map, create, alias or ignore would do to an unmatched entity: days and rows that are read again, and what else is the ride.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] int id, [AsParameters] Choice choice, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(id, choice.Action, choice.RideId), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Action).Must(a => Resolutions.TryParse(a, out _)).WithMessage("action must be one of map, create, alias, ignore; got '{PropertyValue}'.");
            RuleFor(q => q.RideId).NotNull().When(q => Resolutions.NeedsRide(q.Action)).WithMessage("ride_id must be given with map and alias.");
            RuleFor(q => q.RideId).Null().When(q => Resolutions.RefusesRide(q.Action)).WithMessage("ride_id must not be given with create and ignore.");
        }
    }

    internal sealed class Handler(
        MySqlDatabase database, UnmatchedReads reads, UnmatchedResolver resolver, RunControl runs, ICatalogue catalogue, IRideMappings mappings)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            _ = Resolutions.TryParse(request.Action, out var resolution);
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var db = ImportDb.On(connection);
            var entity = await db.Unmatched.Include(e => e.Days).SingleOrDefaultAsync(e => e.UnmatchedId == request.UnmatchedId, cancellationToken);
            if (entity is null || await reads.FindAsync(request.UnmatchedId, cancellationToken) is not { } view)
            {
                return UnmatchedFailures.NotFound(request.UnmatchedId);
            }

            if (await resolver.CheckAsync(entity, new Decision(request.UnmatchedId, resolution, request.RideId), cancellationToken) is { } wrong)
            {
                return wrong;
            }

            var destination = (await catalogue.FindDestinationAsync(entity.DestinationId, cancellationToken))!;
            var plan = resolution == Resolution.Ignore ? ReplayPlan.Nothing : await Replays.PlanAsync(connection, [entity], destination.Uuid, cancellationToken);
            var seen = plan.Days.Count == 0 ? default : await connection.QuerySingleAsync<(long Observations, DateTime? First, DateTime? Last)>(new CommandDefinition(
                SelectSeen, new { request.UnmatchedId, Days = plan.Days.ToArray() }, cancellationToken: cancellationToken));
            var zone = view.TimeZone is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(view.TimeZone);
            return new Result(
                request.UnmatchedId,
                resolution.ToUpperSnake(),
                request.RideId,
                request.RideId is { } ride ? (await catalogue.GetRidesAsync([ride], cancellationToken))[ride].Name : null,
                plan.Days.Count,
                resolution == Resolution.Ignore ? 0 : entity.Days.Count - plan.Days.Count,
                seen.Observations,
                plan.RowsBefore.Values.Sum(),
                Local(seen.First, zone),
                Local(seen.Last, zone),
                zone?.Id,
                await SameAsync(request.RideId, cancellationToken),
                plan.Days.Count == 0 ? null : await runs.LiveAsync(entity.DestinationId, cancellationToken));
        }

        private async Task<IReadOnlyList<SameRide>> SameAsync(int? rideId, CancellationToken cancellationToken) => rideId is null
            ? []
            : [.. (await mappings.ExportAsync(cancellationToken)).Where(m => m.RideId == rideId).Select(m => new SameRide(m.Uuid, m.ValidFrom, m.ValidTo))];

        private static DateOnly? Local(DateTime? utc, DateTimeZone? zone) => utc is { } at && zone is not null
            ? Instant.FromDateTimeUtc(DateTime.SpecifyKind(at, DateTimeKind.Utc)).InZone(zone).Date.ToDateOnly()
            : null;
    }

    private const string SelectSeen =
        """
        SELECT COALESCE(SUM(observations), 0), MIN(first_at), MAX(last_at)
        FROM unmatched_entity_days
        WHERE unmatched_id = @UnmatchedId
          AND object_day IN @Days
        """;
}
