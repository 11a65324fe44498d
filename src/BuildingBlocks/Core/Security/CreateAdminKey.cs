using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>Makes an admin key. Its text is in the result and nowhere else afterwards.</summary>
public static class CreateAdminKey
{
    public sealed record Command(string? Name, string? Why = null) : IRequest<Outcome<Result>>;

    public sealed record Result(string Name, string Key, DateTime CreatedAt)
    {
        // A record prints its members; this one must not.
        public override string ToString() => $"{Name} (key withheld)";
    }

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/keys", "Operations")
            .MapPost("", Handle)
            .WithName(nameof(CreateAdminKey))
            .WithSummary("Makes an admin key; this answer is the only place where it is ever shown. 409 when a live key has the name.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle(Command body, HttpResponse response, IMediator mediator, CancellationToken cancellationToken)
        {
            response.Headers.CacheControl = "no-store";
            return (await mediator.Send(body, cancellationToken)).ToHttp();
        }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Name).Must(AdminKey.IsName).WithMessage($"{{PropertyName}} must be {AdminKey.NameRule}.");
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(MySqlDatabase database, AdminKeyRing ring, IAuditLog audit, TimeProvider time)
        : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var name = request.Name!;
            if (ring.IsConfiguredName(name))
            {
                return Taken(name);
            }

            var result = new Result(name, AdminKey.New(), time.GetUtcNow().UtcDateTime);
            try
            {
                await using var connection = await database.OpenAsync(cancellationToken);
                await connection.ExecuteAsync(new CommandDefinition(
                    InsertKey,
                    new { result.Name, Hash = AdminKey.Hash(result.Key), result.CreatedAt },
                    cancellationToken: cancellationToken));
            }
            catch (Exception e) when (MySqlErrors.IsDuplicateKey(e))
            {
                return Taken(name);
            }

            ring.Forget();
            await audit.RecordAsync("keys.create", result.Name, null, request.Why, cancellationToken);
            return result;
        }

        private static Failure Taken(string name) => new("KEY_NAME_TAKEN", 409, $"There is a live key named '{name}'; revoke it first.");

        private const string InsertKey = """
            INSERT INTO admin_keys (name, key_hash, created_at)
            VALUES (@Name, @Hash, @CreatedAt)
            """;
    }
}
