using System.Text.Json;
using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>The audit log, newest first.</summary>
internal static class ListActivity
{
    internal sealed record Query(int? Limit, int? Offset) : IRequest<Outcome<Page<Entry>>>, IPaged;

    internal sealed record Entry(
        ulong AuditId,
        DateTime At,
        string Who,
        string Door,
        string Action,
        string? Subject,
        JsonElement? Details,
        string? Why,
        string? CorrelationId);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/audit", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListActivity))
            .WithSummary("Who did what, when, through which door (api, cli, console, schedule), newest first.")
            .Produces<Page<Entry>>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider time) : IRequestHandler<Query, Outcome<Page<Entry>>>
    {
        public async Task<Outcome<Page<Entry>>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, cancellationToken: cancellationToken));
            var rows = await connection.QueryAsync<Row>(new CommandDefinition(
                ReadPage,
                new { Limit = request.LimitOrDefault(), Offset = request.OffsetOrDefault() },
                cancellationToken: cancellationToken));

            var entries = rows.Select(ToEntry).ToList();
            return new Page<Entry>(entries, new PageMetadata(entries.Count, total, time.GetUtcNow().UtcDateTime));
        }

        private static Entry ToEntry(Row row)
        {
            JsonElement? details = row.Details is null ? null : JsonElement.Parse(row.Details);
            return new Entry(row.AuditId, row.At, row.Who, row.Door, row.Action, row.Subject, details, row.Why, row.CorrelationId);
        }

        private sealed record Row(
            ulong AuditId, DateTime At, string Who, string Door, string Action, string? Subject, string? Details, string? Why, string? CorrelationId);

        private const string Count = "SELECT COUNT(*) FROM activity_log";

        private const string ReadPage = """
            SELECT audit_id AS AuditId,
                   at AS At,
                   who AS Who,
                   door AS Door,
                   action AS Action,
                   subject AS Subject,
                   details AS Details,
                   why AS Why,
                   correlation_id AS CorrelationId
            FROM activity_log
            ORDER BY audit_id DESC
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
