using Dapper;
using MediatR;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>Ends a key: at once on this node, within two seconds on the others.</summary>
public static class RevokeAdminKey
{
    public sealed record Command(string Name, string? Why = null) : IRequest<Outcome<Result>>;

    public sealed record Result(string Name, DateTime RevokedAt);

    internal sealed class Handler(MySqlDatabase database, AdminKeyRing ring, IAuditLog audit, TimeProvider time)
        : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var result = new Result(request.Name, time.GetUtcNow().UtcDateTime);
            await using (var connection = await database.OpenAsync(cancellationToken))
            {
                var ended = await connection.ExecuteAsync(new CommandDefinition(
                    EndKey, new { result.Name, result.RevokedAt }, cancellationToken: cancellationToken));
                if (ended == 0)
                {
                    return ring.IsConfiguredName(request.Name)
                        ? new Failure("KEY_CONFIGURED", 409, $"'{request.Name}' comes from the configuration; take it out there.")
                        : Failure.NotFound("KEY_NOT_FOUND", $"There is no live key named '{request.Name}'.");
                }
            }

            ring.Forget();
            await audit.RecordAsync("keys.revoke", result.Name, null, request.Why, cancellationToken);
            return result;
        }

        private const string EndKey = """
            UPDATE admin_keys
            SET revoked_at = @RevokedAt
            WHERE live_name = @Name
            """;
    }
}
