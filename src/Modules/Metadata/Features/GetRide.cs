using System.Globalization;
using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Reading;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>One ride's facts, now or as they were: of a day, as they were at its end (UTC).</summary>
internal static class GetRide
{
    internal sealed record Query([FromRoute(Name = "ride_id")] int RideId, [FromQuery(Name = "as_of")] string? AsOf) : IRequest<Outcome<Result>>;

    internal sealed record Result(RideView Ride, DateTime? AsOf, Attribution Attribution);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPublic("/api/metadata", "Metadata")
            .MapGet("/rides/{ride_id}", Handle)
            .WithName(nameof(GetRide))
            .WithSummary("One ride's facts, now or as of an instant or the end of a day.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.AsOf)
            .Must(text => text is null || Instant(text) is not null)
            .WithMessage("as_of must be a date as yyyy-MM-dd or an instant as yyyy-MM-ddTHH:mm:ssZ; got '{PropertyValue}'.");
    }

    internal sealed class Handler(MySqlDatabase database) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var ride = await connection.QuerySingleOrDefaultAsync<RideView>(
                new CommandDefinition(SelectRide, new { request.RideId }, cancellationToken: cancellationToken));
            if (ride is null)
            {
                return Failure.NotFound("RIDE_NOT_FOUND", $"There is no ride {request.RideId}.");
            }

            if (request.AsOf is not { } text)
            {
                return new Result(ride, null, Attribution.ThemeParksWiki);
            }

            var asOf = Instant(text)!.Value;
            var then = await connection.QueryFirstOrDefaultAsync<Then>(
                new CommandDefinition(SelectVersion, new { request.RideId, AsOf = asOf }, cancellationToken: cancellationToken));
            if (then is null)
            {
                return Failure.NotFound("VERSION_NOT_FOUND", $"Nothing was known of ride {request.RideId} then; its history tells since when.");
            }

            var facts = EntityFacts.Parse(then.Facts);
            var place = facts.ParkId is { } park
                ? await connection.QuerySingleOrDefaultAsync<RideView>(new CommandDefinition(SelectPark, new { ParkId = park, facts.DestinationUuid }, cancellationToken: cancellationToken))
                : null;
            var was = ride.As(facts, then.Version, then.ValidFrom) with { Uuid = then.Uuid };
            return new Result(
                place is null ? was : was with
                {
                    ParkId = place.ParkId,
                    ParkName = place.ParkName,
                    Timezone = facts.Timezone ?? place.Timezone,
                    DestinationId = place.DestinationId,
                    DestinationName = place.DestinationName,
                },
                asOf,
                Attribution.ThemeParksWiki);
        }

        private sealed class Then
        {
            public Guid Uuid { get; init; }
            public int Version { get; init; }
            public DateTime ValidFrom { get; init; }
            public string Facts { get; init; } = "";
        }

        private const string SelectRide = "SELECT\n" + RideSql.Columns + "\n" + RideSql.From + "\nWHERE r.ride_id = @RideId";

        // Of two entities that were the ride at the same time the one that changed last speaks.
        private const string SelectVersion =
            """
            SELECT h.uuid AS Uuid, h.version AS Version, h.valid_from AS ValidFrom, h.facts AS Facts
            FROM entity_metadata AS m
            INNER JOIN entity_metadata_history AS h
                ON h.uuid = m.uuid
            WHERE m.ride_id = @RideId
              AND h.valid_from <= @AsOf
            ORDER BY h.valid_from DESC, h.version DESC
            LIMIT 1
            """;

        // The destination of then, the names of now.
        private const string SelectPark =
            """
            SELECT p.park_id AS ParkId, p.name AS ParkName, p.timezone AS Timezone, d.destination_id AS DestinationId, d.name AS DestinationName
            FROM parks AS p
            INNER JOIN destinations AS d
                ON d.destination_id = COALESCE((SELECT t.destination_id FROM destinations AS t WHERE t.uuid = @DestinationUuid), p.destination_id)
            WHERE p.park_id = @ParkId
            """;
    }

    private static DateTime? Instant(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and < 9999
            ? day.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).AddMilliseconds(-1)
        : DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact)
            && exact.Year is >= 1900 and < 9999 && (text[^1] == 'Z' || text[^6] is '+' or '-')
            ? exact.UtcDateTime
        : null;
}
