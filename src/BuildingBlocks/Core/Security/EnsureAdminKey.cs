using Dapper;
using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// The key of a host that runs its own database and was given none: made at first start, kept in <c>admin.key</c> in the data directory,
/// readable by its owner only. The log says where it lies, not what it is. Does nothing when any live key exists.
/// </summary>
public static class EnsureAdminKey
{
    public const string FileName = "admin.key";
    public const string Name = "embedded";

    public sealed record Command : IRequest<Result>;

    /// <param name="MadeAt">Path of the file when a key was made; null when there was one.</param>
    public sealed record Result(string? MadeAt);

    internal sealed class Handler(MySqlDatabase database, DataDirectory data, AdminKeyRing ring, IAuditLog audit, TimeProvider time, ILogger<Handler> log)
        : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var live = await connection.ExecuteScalarAsync<long>(new CommandDefinition(CountLive, cancellationToken: cancellationToken));
            if (ring.HasConfiguredKeys || live > 0)
            {
                return new Result(null);
            }

            // The file first: a crash in between leaves a file to be replaced, the other order a host without a usable key.
            var key = AdminKey.New();
            var path = Path.Combine(data.Path, FileName);
            await WriteAsync(path, key, cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                InsertKey,
                new { Name, Hash = AdminKey.Hash(key), CreatedAt = time.GetUtcNow().UtcDateTime },
                cancellationToken: cancellationToken));
            ring.Forget();
            await audit.RecordAsync("keys.create", Name, null, "first start without any admin key", cancellationToken);
            log.LogInformation("Made an admin key; it lies in {Path}", path);
            return new Result(path);
        }

        private static async Task WriteAsync(string path, string key, CancellationToken cancellationToken)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await OwnerOnly.ReplaceAsync(path, key + Environment.NewLine, cancellationToken);
        }

        private const string CountLive = "SELECT COUNT(*) FROM admin_keys WHERE revoked_at IS NULL";

        private const string InsertKey = """
            INSERT INTO admin_keys (name, key_hash, created_at)
            VALUES (@Name, @Hash, @CreatedAt)
            """;
    }
}
