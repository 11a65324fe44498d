using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>Entities without a ride and what they might be, the most seen first.</summary>
internal static class ListUnmatched
{
    internal sealed record Query([FromQuery(Name = "destination_id")] int? DestinationId, string? Status, int? Limit, int? Offset)
        : IRequest<Outcome<Page<Item>>>, IPaged;

    /// <summary>
    /// <c>occurrences</c>, <c>days</c>, <c>first_seen</c> and <c>last_seen</c> (UTC) are of the observations that still have no ride.
    /// <c>candidates</c> are best first, the second being the runner-up; none of them is bound by itself.
    /// </summary>
    internal sealed record Item(
        int UnmatchedId,
        int DestinationId,
        string? DestinationName,
        Guid EntityUuid,
        string? Name,
        string? ExternalId,
        Park? Park,
        string Kind,
        string Status,
        string Reason,
        long Occurrences,
        int Days,
        DateTime? FirstSeen,
        DateTime? LastSeen,
        IReadOnlyList<UnmatchedCandidate> Candidates,
        string FirstImportId,
        string LastImportId,
        string? Resolution,
        int? RideId,
        string? Note,
        DateTime? ResolvedAt,
        string? ResolvedBy);

    /// <summary>The park as the events state it; <c>park_id</c> is null when the catalogue does not have it.</summary>
    internal sealed record Park(Guid ParkUuid, int? ParkId, string? Name);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/unmatched", Handle)
            .WithName(nameof(ListUnmatched))
            .WithSummary("Entities without a ride, the most seen first; resolved and ignored ones only when status asks for them.")
            .Produces<Page<Item>>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Status).MustBeNameOf<Query, UnmatchedStatus>();
    }

    internal sealed class Handler(MySqlDatabase database, ICatalogue catalogue, TimeProvider clock) : IRequestHandler<Query, Outcome<Page<Item>>>
    {
        public async Task<Outcome<Page<Item>>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var parameters = new { request.DestinationId, request.Status, Limit = request.LimitOrDefault(), Offset = request.OffsetOrDefault() };
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: cancellationToken));
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition(SelectPage, parameters, cancellationToken: cancellationToken))).AsList();
            var destinations = (await catalogue.ListDestinationsAsync(cancellationToken)).ToDictionary(d => d.DestinationId, d => d.Name);
            var parks = (await catalogue.ListParksAsync(request.DestinationId, cancellationToken)).ToDictionary(p => p.Uuid);
            var items = rows.Select(r => r.ToItem(destinations.GetValueOrDefault(r.DestinationId), parks)).ToList();
            return new Page<Item>(items, new PageMetadata(items.Count, total, clock.GetUtcNow().UtcDateTime));
        }

        private sealed class Row
        {
            public int UnmatchedId { get; init; }
            public int DestinationId { get; init; }
            public Guid EntityUuid { get; init; }
            public string? Name { get; init; }
            public string? ExternalId { get; init; }
            public Guid? ParkUuid { get; init; }
            public string? ParkSlug { get; init; }
            public string Kind { get; init; } = "";
            public string Status { get; init; } = "";
            public string Reason { get; init; } = "";
            public long Occurrences { get; init; }
            public int Days { get; init; }
            public DateTime? FirstSeen { get; init; }
            public DateTime? LastSeen { get; init; }
            public string Candidates { get; init; } = "[]";
            public string FirstImportId { get; init; } = "";
            public string LastImportId { get; init; } = "";
            public string? Resolution { get; init; }
            public int? RideId { get; init; }
            public string? Note { get; init; }
            public DateTime? ResolvedAt { get; init; }
            public string? ResolvedBy { get; init; }

            public Item ToItem(string? destination, Dictionary<Guid, Metadata.Contracts.Park> parks)
            {
                var park = ParkUuid is { } uuid ? parks.GetValueOrDefault(uuid) : null;
                return new Item(
                    UnmatchedId, DestinationId, destination, EntityUuid, Name, ExternalId,
                    ParkUuid is null ? null : new Park(ParkUuid.Value, park?.ParkId, park?.Name ?? ParkSlug),
                    Kind, Status, Reason, Occurrences, Days, FirstSeen, LastSeen, UnmatchedRecords.Candidates(Candidates),
                    FirstImportId, LastImportId, Resolution, RideId, Note, ResolvedAt, ResolvedBy);
            }
        }

        private const string Filter =
            """
            WHERE (@DestinationId IS NULL OR u.destination_id = @DestinationId)
              AND (u.status = @Status OR (@Status IS NULL AND u.status NOT IN ('RESOLVED', 'IGNORED')))
            """;

        private const string Count = $"SELECT COUNT(*) FROM unmatched_entities AS u {Filter}";

        private const string SelectPage =
            $"""
            SELECT
                u.unmatched_id AS UnmatchedId, u.destination_id AS DestinationId, u.entity_uuid AS EntityUuid, u.name AS Name,
                u.external_id AS ExternalId, u.park_uuid AS ParkUuid, u.park_slug AS ParkSlug, u.kind AS Kind, u.status AS Status,
                u.reason AS Reason, COALESCE(d.occurrences, 0) AS Occurrences, COALESCE(d.days, 0) AS Days, d.first_at AS FirstSeen,
                d.last_at AS LastSeen, u.candidates AS Candidates, u.first_import_id AS FirstImportId, u.last_import_id AS LastImportId,
                u.resolution AS Resolution, u.ride_id AS RideId, u.note AS Note, u.resolved_at AS ResolvedAt, u.resolved_by AS ResolvedBy
            FROM unmatched_entities AS u
            LEFT JOIN (
                SELECT unmatched_id, SUM(observations) AS occurrences, COUNT(*) AS days, MIN(first_at) AS first_at, MAX(last_at) AS last_at
                FROM unmatched_entity_days
                GROUP BY unmatched_id) AS d
                ON d.unmatched_id = u.unmatched_id
            {Filter}
            ORDER BY Occurrences DESC, u.unmatched_id
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
