using Dapper;
using FluentValidation;
using MediatR;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>Makes an admin key. Its text is in the result and nowhere else afterwards.</summary>
public static class CreateAdminKey
{
    public sealed record Command(string Name) : IRequest<Outcome<Result>>;

    public sealed record Result(string Name, string Key, DateTime CreatedAt)
    {
        // A record prints its members; this one must not.
        public override string ToString() => $"{Name} (key withheld)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Name).Must(AdminKey.IsName).WithMessage($"{{PropertyName}} must be {AdminKey.NameRule}.");
    }

    internal sealed class Handler(MySqlDatabase database, AdminKeyRing ring, IAuditLog audit, TimeProvider time)
        : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (ring.IsConfiguredName(request.Name))
            {
                return Taken(request.Name);
            }

            var result = new Result(request.Name, AdminKey.New(), time.GetUtcNow().UtcDateTime);
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
                return Taken(request.Name);
            }

            ring.Forget();
            await audit.RecordAsync("keys.create", result.Name, null, null, cancellationToken);
            return result;
        }

        private static Failure Taken(string name) => new("KEY_NAME_TAKEN", 409, $"There is a live key named '{name}'; revoke it first.");

        private const string InsertKey = """
            INSERT INTO admin_keys (name, key_hash, created_at)
            VALUES (@Name, @Hash, @CreatedAt)
            """;
    }
}
