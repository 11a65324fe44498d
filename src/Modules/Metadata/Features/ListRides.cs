using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Classifying;
using ThemePark.Modules.Metadata.Curation;
using ThemePark.Modules.Metadata.Reading;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>The rides we know with their facts: where the ids come from that other calls take. A ride whose height is not stated passes no filter of heights.</summary>
internal static class ListRides
{
    internal sealed record Query(
        [FromQuery(Name = "park_id")] int? ParkId,
        [FromQuery(Name = "indoor_outdoor")] string? IndoorOutdoor,
        [FromQuery(Name = "entity_type")] string? EntityType,
        string? Category,
        [FromQuery(Name = "min_height_cm")] int? MinHeightCm,
        [FromQuery(Name = "max_height_cm")] int? MaxHeightCm,
        int? Limit,
        int? Offset) : IRequest<Outcome<Result>>, IPaged;

    internal sealed record Result(IReadOnlyList<RideView> Data, PageMetadata Metadata, Attribution Attribution);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPublic("/api/metadata", "Metadata")
            .MapGet("/rides", Handle)
            .WithName(nameof(ListRides))
            .WithSummary("Rides and shows with their facts, by park, place (indoors, outdoors), kind, category and the height they ask for at least.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.IndoorOutdoor).MustBeNameOf<Query, IndoorOutdoor>();
            RuleFor(q => q.EntityType).MustBeNameOf<Query, Contracts.EntityKind>();
            RuleFor(q => q.Category).MaximumLength(RideWords.MaxCategory);
            RuleFor(q => q.MinHeightCm).InclusiveBetween(0, Heights.MostCm);
            RuleFor(q => q.MaxHeightCm).InclusiveBetween(0, Heights.MostCm);
        }
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var parameters = new
            {
                request.ParkId,
                request.IndoorOutdoor,
                request.EntityType,
                request.Category,
                request.MinHeightCm,
                request.MaxHeightCm,
                Limit = request.LimitOrDefault(),
                Offset = request.OffsetOrDefault(),
            };
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: cancellationToken));
            var rides = (await connection.QueryAsync<RideView>(new CommandDefinition(SelectPage, parameters, cancellationToken: cancellationToken))).AsList();
            return new Result(rides, new PageMetadata(rides.Count, total, clock.GetUtcNow().UtcDateTime), Attribution.ThemeParksWiki);
        }

        private const string Where =
            """

            WHERE (@ParkId IS NULL OR r.park_id = @ParkId)
              AND (@IndoorOutdoor IS NULL OR COALESCE(m.indoor_outdoor, r.indoor_outdoor, 'UNKNOWN') = @IndoorOutdoor)
              AND (@EntityType IS NULL OR r.entity_type = @EntityType)
              AND (@Category IS NULL OR r.category = @Category)
              AND (@MinHeightCm IS NULL OR m.min_height_cm >= @MinHeightCm)
              AND (@MaxHeightCm IS NULL OR m.min_height_cm <= @MaxHeightCm)
            """;

        private const string Count = "SELECT COUNT(*)\n" + RideSql.From + Where;

        private const string SelectPage = "SELECT\n" + RideSql.Columns + "\n" + RideSql.From + Where +
            """

            ORDER BY r.ride_id
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
