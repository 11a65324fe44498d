using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>The admin keys: those of the configuration, then those of the table, live and revoked, oldest first. Never a key itself.</summary>
public static class ListAdminKeys
{
    public sealed record Query : IRequest<Outcome<IReadOnlyList<Result>>>;

    /// <param name="Source">CONFIGURATION or DATABASE. One of the configuration is ended there.</param>
    /// <param name="CreatedAt">Null: configured.</param>
    /// <param name="LastActionAt">The last entry of the audit log by that name since; null: none, reading alone leaves no trace.</param>
    public sealed record Result(string Name, string Source, DateTime? CreatedAt, DateTime? RevokedAt, DateTime? LastActionAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/keys", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListAdminKeys))
            .WithSummary("Admin keys by name, live and revoked, and when each last did something. The keys themselves are kept nowhere.")
            .Produces<Page<Result>>();

        private static async Task<IResult> Handle(IMediator mediator, TimeProvider time, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken))
            .Map(keys => new Page<Result>(keys, new PageMetadata(keys.Count, keys.Count, time.GetUtcNow().UtcDateTime)))
            .ToHttp();
    }

    internal sealed class Handler(MySqlDatabase database, AdminKeyRing ring) : IRequestHandler<Query, Outcome<IReadOnlyList<Result>>>
    {
        public async Task<Outcome<IReadOnlyList<Result>>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var made = await connection.QueryAsync<Row>(new CommandDefinition(ReadKeys, cancellationToken: cancellationToken));
            List<Result> keys = [];
            foreach (var name in ring.ConfiguredNames)
            {
                keys.Add(new Result(
                    name, "CONFIGURATION", null, null, await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(ReadLast, new { name }, cancellationToken: cancellationToken))));
            }

            keys.AddRange(made.Select(k => new Result(k.Name, "DATABASE", k.CreatedAt, k.RevokedAt, k.LastActionAt)));
            return Outcome<IReadOnlyList<Result>>.FromValue(keys);
        }

        private sealed record Row(string Name, DateTime CreatedAt, DateTime? RevokedAt, DateTime? LastActionAt);

        // The newest thousand: revoked keys stay, and somebody may make one every day.
        private const string ReadKeys = """
            SELECT k.name AS Name, k.created_at AS CreatedAt, k.revoked_at AS RevokedAt,
                   (SELECT a.at FROM activity_log AS a
                    WHERE a.who = k.name AND a.door IN ('API', 'CONSOLE') AND a.at >= k.created_at AND (k.revoked_at IS NULL OR a.at <= k.revoked_at)
                    ORDER BY a.audit_id DESC LIMIT 1) AS LastActionAt
            FROM (SELECT key_id, name, created_at, revoked_at FROM admin_keys ORDER BY key_id DESC LIMIT 1000) AS k
            ORDER BY k.key_id
            """;

        private const string ReadLast = "SELECT at FROM activity_log WHERE who = @name AND door IN ('API', 'CONSOLE') ORDER BY audit_id DESC LIMIT 1";
    }
}
