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
using ThemePark.Modules.Metadata.Matching;
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
        string? Name,
        string? Sort,
        int? Limit,
        int? Offset) : IRequest<Outcome<Result>>, IPaged;

    private const int MaxName = 100;

    // Of those that are equal, or unknown, the first one we met.
    private static readonly Dictionary<string, string> Orders = new(StringComparer.Ordinal)
    {
        ["ride"] = "r.ride_id",
        ["-ride"] = "r.ride_id DESC",
        ["name"] = "r.normalized_name IS NULL, r.normalized_name, r.ride_id",
        ["-name"] = "r.normalized_name IS NULL, r.normalized_name DESC, r.ride_id",
        ["park"] = "p.name IS NULL, p.name, r.normalized_name, r.ride_id",
        ["-park"] = "p.name IS NULL, p.name DESC, r.normalized_name, r.ride_id",
        ["type"] = "r.entity_type, r.ride_id",
        ["-type"] = "r.entity_type DESC, r.ride_id",
        ["class"] = "IndoorOutdoor, r.ride_id",
        ["-class"] = "IndoorOutdoor DESC, r.ride_id",
        ["changed"] = "m.changed_at IS NULL, m.changed_at, r.ride_id",
        ["-changed"] = "m.changed_at IS NULL, m.changed_at DESC, r.ride_id",
    };

    internal sealed record Result(IReadOnlyList<RideView> Data, PageMetadata Metadata, Attribution Attribution);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPublic("/api/metadata", "Metadata")
            .MapGet("/rides", Handle)
            .WithName(nameof(ListRides))
            .WithSummary("Rides and shows with their facts, by park, place (indoors, outdoors), kind, category, part of the name and the height they ask for at least; sorted by ride, name, park, type, class or changed, descending with a minus.")
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
            RuleFor(q => q.Name).MaximumLength(MaxName);
            RuleFor(q => q.Sort)
                .Must(sort => sort is null || Orders.ContainsKey(sort))
                .WithMessage($"sort must be one of {string.Join(", ", Orders.Keys)}; got '{{PropertyValue}}'.");
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
                Name = request.Name is { } name ? Part(NameNormalizer.Normalize(name)) : null,
                Limit = request.LimitOrDefault(),
                Offset = request.OffsetOrDefault(),
            };
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: cancellationToken));
            var rides = (await connection.QueryAsync<RideView>(new CommandDefinition(Page(request.Sort ?? "ride"), parameters, cancellationToken: cancellationToken))).AsList();
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
              AND (@Name IS NULL OR r.normalized_name LIKE @Name)
            """;

        private const string Count = "SELECT COUNT(*)\n" + RideSql.From + Where;

        // Letters, digits and single blanks: nothing that means something to LIKE. Of signs alone nothing is left, and nothing has that in its name.
        private static string Part(string normalized) => normalized.Length == 0 ? "" : $"%{normalized}%";

        private static string Page(string sort) =>
            $"SELECT\n{RideSql.Columns}\n{RideSql.From}{Where}\nORDER BY {Orders[sort]}\nLIMIT @Limit OFFSET @Offset";
    }
}
