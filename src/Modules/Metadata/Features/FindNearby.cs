using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Classifying;
using ThemePark.Modules.Metadata.Reading;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>Rides around a place, the nearest first. A box on an index finds those that can be near; the distance on the globe decides.</summary>
internal static class FindNearby
{
    private const int DefaultRadius = 1_000;
    private const int MostRadius = 50_000;

    internal sealed record Query(
        double? Latitude,
        double? Longitude,
        [FromQuery(Name = "radius_m")] int? RadiusM,
        [FromQuery(Name = "indoor_outdoor")] string? IndoorOutdoor,
        int? Limit,
        int? Offset) : IRequest<Outcome<Result>>, IPaged;

    internal sealed record Result(IReadOnlyList<Neighbour> Data, int RadiusM, PageMetadata Metadata, Attribution Attribution);

    internal sealed record Neighbour : RideView
    {
        /// <summary>Metres, on a globe of 6,370,986 m.</summary>
        public double DistanceM { get; init; }
    }

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPublic("/api/metadata", "Metadata")
            .MapGet("/nearby", Handle)
            .WithName(nameof(FindNearby))
            .WithSummary("Listed rides within up to 50 km of a place, the nearest first.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Latitude).NotNull().InclusiveBetween(-90, 90);
            RuleFor(q => q.Longitude).NotNull().InclusiveBetween(-180, 180);
            RuleFor(q => q.RadiusM).InclusiveBetween(1, MostRadius);
            RuleFor(q => q.IndoorOutdoor).MustBeNameOf<Query, IndoorOutdoor>();
        }
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var radius = request.RadiusM ?? DefaultRadius;
            var parameters = Parameters(request, radius);
            await using var connection = await database.OpenAsync(cancellationToken);
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: cancellationToken));
            var found = (await connection.QueryAsync<Neighbour>(new CommandDefinition(SelectPage, parameters, cancellationToken: cancellationToken))).AsList();
            return new Result(found, radius, new PageMetadata(found.Count, total, clock.GetUtcNow().UtcDateTime), Attribution.ThemeParksWiki);
        }

        internal static object Parameters(Query request, int radius)
        {
            var (latitude, longitude) = (request.Latitude!.Value, request.Longitude!.Value);
            var box = GeoBox.Around(latitude, longitude, radius);
            return new
            {
                Latitude = latitude,
                Longitude = longitude,
                Radius = radius,
                GeoBox.EarthRadius,
                box.South,
                box.North,
                box.West,
                box.East,
                box.WestToo,
                box.EastToo,
                request.IndoorOutdoor,
                Limit = request.LimitOrDefault(),
                Offset = request.OffsetOrDefault(),
            };
        }

        private const string Where =
            """

            WHERE m.latitude BETWEEN @South AND @North
              AND (m.longitude BETWEEN @West AND @East OR m.longitude BETWEEN @WestToo AND @EastToo)
              AND ST_Distance_Sphere(POINT(m.longitude, m.latitude), POINT(@Longitude, @Latitude), @EarthRadius) <= @Radius
              AND m.delisted_at IS NULL
              AND (@IndoorOutdoor IS NULL OR m.indoor_outdoor = @IndoorOutdoor)
            """;

        private const string Count = "SELECT COUNT(*)\n" + RideSql.From + Where;

        internal const string SelectPage = "SELECT\n" + RideSql.Columns +
            """
            ,
                ST_Distance_Sphere(POINT(m.longitude, m.latitude), POINT(@Longitude, @Latitude), @EarthRadius) AS DistanceM

            """ + RideSql.From + Where +
            """

            ORDER BY DistanceM, r.ride_id
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
