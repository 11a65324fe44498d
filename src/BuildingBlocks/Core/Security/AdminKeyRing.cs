using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Tells whose key was presented. Configured keys answer without the database; the others are read at most every two seconds, which is
/// also how long a key revoked on another node still works.
/// </summary>
internal sealed class AdminKeyRing(MySqlDatabase database, IOptions<AdminKeyOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private readonly List<Entry> _configured = [.. options.Value.Keys.Select(k => new Entry(k.Name, AdminKey.Hash(k.Key)))];
    private readonly SemaphoreSlim _reading = new(1, 1);
    private Stored? _stored;

    public bool HasConfiguredKeys => _configured.Count > 0;

    public bool IsConfiguredName(string name) => _configured.Any(k => k.Name == name);

    /// <summary>The name of the key, or null when no live key is like it.</summary>
    public async ValueTask<string?> FindAsync(string presented, CancellationToken cancellationToken)
    {
        var hash = AdminKey.Hash(presented);
        return Find(_configured, hash) ?? Find(await LiveAsync(cancellationToken), hash);
    }

    /// <summary>Makes the next check read the table.</summary>
    public void Forget() => Volatile.Write(ref _stored, null);

    public void Dispose() => _reading.Dispose();

    // Every entry is compared in full, so the time taken tells nothing about which one came close.
    private static string? Find(List<Entry> entries, byte[] hash)
    {
        string? found = null;
        foreach (var entry in entries)
        {
            if (CryptographicOperations.FixedTimeEquals(entry.Hash, hash))
            {
                found = entry.Name;
            }
        }

        return found;
    }

    private async ValueTask<List<Entry>> LiveAsync(CancellationToken cancellationToken)
    {
        if (Current() is { } fresh)
        {
            return fresh;
        }

        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (Current() is { } meanwhile)
            {
                return meanwhile;
            }

            var asOf = time.GetTimestamp();
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = await connection.QueryAsync<Entry>(new CommandDefinition(ReadLive, cancellationToken: cancellationToken));
            var stored = new Stored(asOf, rows.AsList());
            Volatile.Write(ref _stored, stored);
            return stored.Entries;
        }
        finally
        {
            _reading.Release();
        }
    }

    private List<Entry>? Current() =>
        Volatile.Read(ref _stored) is { } stored && time.GetElapsedTime(stored.AsOf) < Freshness ? stored.Entries : null;

    private const string ReadLive = """
        SELECT name AS Name, key_hash AS Hash
        FROM admin_keys
        WHERE revoked_at IS NULL
        """;

    private sealed record Entry(string Name, byte[] Hash);

    private sealed record Stored(long AsOf, List<Entry> Entries);
}
