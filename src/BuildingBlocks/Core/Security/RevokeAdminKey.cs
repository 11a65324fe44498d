using System.Data;
using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>Ends a key: at once on this node, within two seconds on the others. The last one stays: nobody could get in.</summary>
public static class RevokeAdminKey
{
    public sealed record Command(string Name, string? Why = null) : IRequest<Outcome<Result>>;

    public sealed record Result(string Name, DateTime RevokedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/keys", "Operations")
            .MapDelete("/{name}", Handle)
            .WithName(nameof(RevokeAdminKey))
            .WithSummary("Ends an admin key, with the reason in why; 409 for one of the configuration and for the last live one.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string name, [FromQuery] string? why, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(name, why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(MySqlDatabase database, AdminKeyRing ring, IAuditLog audit, TimeProvider time)
        : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var result = new Result(request.Name, time.GetUtcNow().UtcDateTime);
            await using (var connection = await database.OpenAsync(cancellationToken))
            {
                await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
                var live = (await connection.QueryAsync<string>(new CommandDefinition(LockLive, transaction: tx, cancellationToken: cancellationToken))).AsList();
                if (Refusal(request.Name, live) is { } refusal)
                {
                    return refusal;
                }

                await connection.ExecuteAsync(new CommandDefinition(EndKey, new { result.Name, result.RevokedAt }, tx, cancellationToken: cancellationToken));
                await tx.CommitAsync(cancellationToken);
            }

            ring.Forget();
            await audit.RecordAsync("keys.revoke", result.Name, null, request.Why, cancellationToken);
            return result;
        }

        private Failure? Refusal(string name, List<string> live) =>
            live.Contains(name)
                ? live.Count > 1 || ring.HasConfiguredKeys
                    ? null
                    : new Failure("LAST_KEY", 409, $"'{name}' is the last live key; make another first.")
                : ring.IsConfiguredName(name)
                    ? new Failure("KEY_CONFIGURED", 409, $"'{name}' comes from the configuration; take it out there.")
                    : Failure.NotFound("KEY_NOT_FOUND", $"There is no live key named '{name}'.");

        // Locked, so that two who revoke two keys do not leave none.
        private const string LockLive = "SELECT live_name FROM admin_keys WHERE live_name IS NOT NULL FOR UPDATE";

        private const string EndKey = """
            UPDATE admin_keys
            SET revoked_at = @RevokedAt
            WHERE live_name = @Name
            """;
    }
}
