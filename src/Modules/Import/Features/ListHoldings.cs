using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>How far each destination is: what was ever listed of it, what of that is imported, and how its last import went. Asks no source.</summary>
internal static class ListHoldings
{
    internal sealed record Query(string? Sort = null, int? Limit = null, int? Offset = null) : IRequest<Outcome<Page<Holding>>>, IPaged;

    /// <summary>
    /// Days and files as the archive was last listed. <c>last_import</c> is the newest that covers days as asked for, no dry run and no replay; null when there
    /// is none. <c>unmatched_open</c> are its entities that wait for a word.
    /// </summary>
    internal sealed record Holding(
        int? DestinationId,
        Guid DestinationUuid,
        string? DestinationName,
        DateOnly FirstDay,
        DateOnly LastDay,
        int Files,
        int FilesImported,
        int UnmatchedOpen,
        LastImport? LastImport);

    internal sealed record LastImport(string ImportId, string Status, DateTime CreatedAt, int FilesFailed, double? ObservationsMatchedPercent);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/holdings", Handle)
            .WithName(nameof(ListHoldings))
            .WithSummary("How far each destination is: days and files known, files imported, and how its last import went; asks no source.")
            .Produces<Page<Holding>>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        private static readonly string[] Sorts = ["name", "-name", "files", "-files", "imported", "-imported", "last_day", "-last_day", "unmatched", "-unmatched"];

        public Validator() => RuleFor(q => q.Sort)
            .Must(s => s is null || Sorts.Contains(s))
            .WithMessage($"sort must be one of {string.Join(", ", Sorts)}; got '{{PropertyValue}}'.");
    }

    internal sealed class Handler(MySqlDatabase database, ImportReads reads, ICatalogue catalogue, TimeProvider clock) : IRequestHandler<Query, Outcome<Page<Holding>>>
    {
        public async Task<Outcome<Page<Holding>>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition(SelectDestinations, cancellationToken: cancellationToken))).AsList();
            var open = (await connection.QueryAsync<(int Destination, int Open)>(new CommandDefinition(SelectOpen, cancellationToken: cancellationToken)))
                .ToDictionary(o => o.Destination, o => o.Open);
            var known = (await catalogue.ListDestinationsAsync(cancellationToken)).ToDictionary(d => d.Uuid);
            var all = rows.Select(row =>
            {
                var destination = known.GetValueOrDefault(row.Uuid);
                return new Holding(
                    destination?.DestinationId, row.Uuid, destination?.Name, row.FirstDay, row.LastDay, row.Files, row.Imported,
                    destination is null ? 0 : open.GetValueOrDefault(destination.DestinationId), null);
            });
            var page = Sorted(all, request.Sort).Skip(request.OffsetOrDefault()).Take(request.LimitOrDefault()).ToList();

            var lasts = (await connection.QueryAsync<(Guid Destination, string ImportId)>(new CommandDefinition(
                SelectLastImports, new { Destinations = page.Select(h => h.DestinationUuid).DefaultIfEmpty().ToArray() }, cancellationToken: cancellationToken)))
                .ToDictionary(l => l.Destination, l => l.ImportId);
            var imports = (await reads.ListAsync(new ImportFilter(ImportIds: [.. lasts.Values]), lasts.Count, 0, cancellationToken)).Imports.ToDictionary(i => i.DestinationUuid);
            var holdings = page.Select(h => h with { LastImport = imports.TryGetValue(h.DestinationUuid, out var import) ? Last(import) : null }).ToList();
            return new Page<Holding>(holdings, new PageMetadata(holdings.Count, rows.Count, clock.GetUtcNow().UtcDateTime));
        }

        private static LastImport Last(ImportView import) =>
            new(import.ImportId, import.Status, import.CreatedAt, import.Progress.FilesFailed, import.Matching.ObservationsMatchedPercent);

        // Names are the catalogue's, not this module's to join; there are some hundred destinations at most.
        private static IEnumerable<Holding> Sorted(IEnumerable<Holding> all, string? sort)
        {
            var ordered = sort?.TrimStart('-') switch
            {
                "files" => all.OrderBy(h => h.Files),
                "imported" => all.OrderBy(h => h.FilesImported),
                "last_day" => all.OrderBy(h => h.LastDay),
                "unmatched" => all.OrderBy(h => h.UnmatchedOpen),
                _ => all.OrderBy(h => h.DestinationName ?? h.DestinationUuid.ToString(), StringComparer.OrdinalIgnoreCase),
            };
            var steady = ordered.ThenBy(h => h.DestinationUuid);
            return sort?.StartsWith('-') == true ? steady.Reverse() : steady;
        }

        private sealed class Row
        {
            public Guid Uuid { get; init; }
            public DateOnly FirstDay { get; init; }
            public DateOnly LastDay { get; init; }
            public int Files { get; init; }
            public int Imported { get; init; }
        }

        private const string SelectDestinations =
            """
            SELECT
                destination_uuid AS Uuid, MIN(object_day) AS FirstDay, MAX(object_day) AS LastDay, COUNT(*) AS Files,
                COUNT(imported_sha256) AS Imported
            FROM archive_objects
            GROUP BY destination_uuid
            """;

        private const string SelectOpen =
            """
            SELECT destination_id, COUNT(*)
            FROM unmatched_entities
            WHERE status NOT IN ('RESOLVED', 'IGNORED')
            GROUP BY destination_id
            """;

        private const string SelectLastImports =
            """
            SELECT c.destination_uuid, c.import_id
            FROM import_checkpoints AS c
            INNER JOIN (
                SELECT destination_uuid, MAX(checkpoint_id) AS newest
                FROM import_checkpoints
                WHERE destination_uuid IN @Destinations
                  AND dry_run = FALSE
                  AND only_days IS NULL
                GROUP BY destination_uuid) AS n
                ON n.newest = c.checkpoint_id
            """;
    }
}
