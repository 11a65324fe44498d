using Dapper;
using MediatR;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>The keys in the table, live and revoked, oldest first. Configured keys are not listed: their owner has the configuration.</summary>
public static class ListAdminKeys
{
    public sealed record Query : IRequest<IReadOnlyList<Result>>;

    public sealed record Result(string Name, DateTime CreatedAt, DateTime? RevokedAt);

    internal sealed class Handler(MySqlDatabase database) : IRequestHandler<Query, IReadOnlyList<Result>>
    {
        public async Task<IReadOnlyList<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = await connection.QueryAsync<Result>(new CommandDefinition(ReadKeys, cancellationToken: cancellationToken));
            return rows.AsList();
        }

        private const string ReadKeys = """
            SELECT name AS Name, created_at AS CreatedAt, revoked_at AS RevokedAt
            FROM admin_keys
            ORDER BY key_id
            """;
    }
}
