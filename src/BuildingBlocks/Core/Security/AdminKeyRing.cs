using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Tells whose key was presented. Configured keys answer without the database; the others are read at most every two seconds, which is
/// also how long a key revoked on another node still works.
/// </summary>
internal sealed class AdminKeyRing(MySqlDatabase database, IOptions<AdminKeyOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private readonly List<Entry> _configured = [.. options.Value.Keys.Select(k => new Entry(k.Name, AdminKey.Hash(k.Key)))];
    private readonly Lock _gate = new();
    private Reading? _last;

    public bool HasConfiguredKeys => _configured.Count > 0;

    public IEnumerable<string> ConfiguredNames => _configured.Select(k => k.Name);

    public bool IsConfiguredName(string name) => _configured.Any(k => k.Name == name);

    /// <summary>The name of the key, or null when no live key is like it.</summary>
    public async ValueTask<string?> FindAsync(string presented, CancellationToken cancellationToken)
    {
        var hash = AdminKey.Hash(presented);
        return Find(_configured, hash) ?? Find(await LiveAsync().WaitAsync(cancellationToken), hash);
    }

    /// <summary>What ties a session to one key, not just to its name, which another key may get later. Tells nothing about the key.</summary>
    public static string Mark(string key) => MarkOf(AdminKey.Hash(key));

    /// <summary>Whether the key of this name and <see cref="Mark"/> still opens.</summary>
    public async ValueTask<bool> IsLiveAsync(string name, string mark, CancellationToken cancellationToken) =>
        Has(_configured, name, mark) || Has(await LiveAsync().WaitAsync(cancellationToken), name, mark);

    /// <summary>Makes the next check read the table.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _last = null;
        }
    }

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

    private static bool Has(List<Entry> entries, string name, string mark) => entries.Any(e => e.Name == name && MarkOf(e.Hash) == mark);

    private static string MarkOf(byte[] hash) => Convert.ToHexString(SHA256.HashData(hash));

    // All who ask meanwhile wait for the same read, so a database that is slow to fail is asked once and not once per request.
    private Task<List<Entry>> LiveAsync()
    {
        lock (_gate)
        {
            if (_last is null
                || _last.Entries is { IsCompleted: true, IsCompletedSuccessfully: false }
                || (_last.Entries.IsCompleted && time.GetElapsedTime(_last.AsOf) >= Freshness))
            {
                _last = new Reading(time.GetTimestamp(), Task.Run(ReadAsync));
            }

            return _last.Entries;
        }
    }

    private async Task<List<Entry>> ReadAsync()
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return (await connection.QueryAsync<Entry>(ReadLive)).AsList();
    }

    private const string ReadLive = """
        SELECT name AS Name, key_hash AS Hash
        FROM admin_keys
        WHERE revoked_at IS NULL
        """;

    private sealed record Entry(string Name, byte[] Hash);

    private sealed record Reading(long AsOf, Task<List<Entry>> Entries);
}
