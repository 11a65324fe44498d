using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>
/// The directory of backups. What has its name there is complete: a backup is made aside and renamed. The rows of the warehouse and the hashes of its keys are
/// in there, so it is its owner's only.
/// </summary>
internal sealed class BackupStore(IOptions<BackupOptions> options, DataDirectory data)
{
    private const string Manifest = "backup.json";
    private const string Restores = "restores.json";
    private const string Unfinished = ".part";

    public string Root => Path.GetFullPath(options.Value.Directory is { Length: > 0 } own ? own : Path.Combine(data.Path, "backups"));

    public string PathOf(string id) => Path.Combine(Root, id);

    /// <summary>All backups, the newest first. One whose description cannot be read is left out of nothing: it fails.</summary>
    /// <exception cref="BackupException">A description cannot be read.</exception>
    public async Task<IReadOnlyList<Backup>> ListAsync(CancellationToken cancellationToken)
    {
        List<Backup> all = [];
        foreach (var directory in Ids())
        {
            all.Add(await ReadAsync(directory, cancellationToken));
        }

        return [.. all.OrderByDescending(b => b.Id, StringComparer.Ordinal)];
    }

    /// <summary>Null when there is none of that name.</summary>
    public async Task<Backup?> FindAsync(string id, CancellationToken cancellationToken) =>
        IsId(id) && Directory.Exists(PathOf(id)) ? await ReadAsync(id, cancellationToken) : null;

    /// <summary>The restores there were, oldest first.</summary>
    /// <exception cref="BackupException">The list of them cannot be read.</exception>
    public async Task<IReadOnlyList<RestoreMark>> RestoresAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Root, Restores);
        return File.Exists(path) ? await ReadFileAsync<List<RestoreMark>>(path, cancellationToken) : [];
    }

    /// <summary>Writes a restore down, before it changes anything. Only for who is alone.</summary>
    public async Task MarkAsync(RestoreMark restore, CancellationToken cancellationToken) =>
        await WriteAsync(Path.Combine(Root, Restores), (List<RestoreMark>)[.. await RestoresAsync(cancellationToken), restore], cancellationToken);

    /// <summary>Backups are made and restored one after the other: held until disposed of, or until the process ends.</summary>
    /// <exception cref="BackupException">One is being made or restored.</exception>
    public IDisposable Alone()
    {
        OwnerOnly.CreateDirectory(Root);
        try
        {
            return new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new BackupException($"Another backup is being made or restored in {Root}.", e);
        }
    }

    /// <summary>An empty directory for a new backup; what runs that were killed left is removed. Only for who is alone.</summary>
    public string Begin(string id)
    {
        foreach (var left in Directory.EnumerateDirectories(Root, "*" + Unfinished))
        {
            Directory.Delete(left, recursive: true);
        }

        var path = PathOf(id) + Unfinished;
        OwnerOnly.CreateDirectory(path);
        return path;
    }

    /// <summary>Gives a finished backup its name.</summary>
    public async Task FinishAsync(Backup backup, CancellationToken cancellationToken)
    {
        var aside = PathOf(backup.Id) + Unfinished;
        await WriteAsync(Path.Combine(aside, Manifest), backup, cancellationToken);
        Directory.Move(aside, PathOf(backup.Id));
    }

    /// <summary>Writes the description of a backup again.</summary>
    public Task UpdateAsync(Backup backup, CancellationToken cancellationToken) => WriteAsync(Path.Combine(PathOf(backup.Id), Manifest), backup, cancellationToken);

    /// <summary>Removes what <see cref="Retention"/> does not keep; the ids, oldest first.</summary>
    public async Task<IReadOnlyList<string>> PruneAsync(DateTime now, CancellationToken cancellationToken)
    {
        var gone = Retention.Gone(await ListAsync(cancellationToken), options.Value, now);
        foreach (var backup in gone)
        {
            // Under another name first: half a backup must not look like one.
            var aside = PathOf(backup.Id) + Unfinished;
            Directory.Move(PathOf(backup.Id), aside);
            Directory.Delete(aside, recursive: true);
        }

        return [.. gone.Select(b => b.Id)];
    }

    public static async Task<BackupFile> DescribeAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        return new BackupFile(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(hash));
    }

    /// <summary>Every difference between a backup's files and what its description says of them.</summary>
    public async Task<IReadOnlyList<string>> DamageAsync(Backup backup, CancellationToken cancellationToken)
    {
        List<string> damage = [];
        foreach (var file in backup.Files)
        {
            var path = Path.Combine(PathOf(backup.Id), file.Name);
            if (!File.Exists(path))
            {
                damage.Add($"File {path} is missing.");
            }
            else if (await DescribeAsync(path, cancellationToken) is var found && found != file)
            {
                damage.Add(FormattableString.Invariant($"File {path} has {found.Bytes} bytes with SHA-256 {found.Sha256[..12]}… and should have {file.Bytes} with {file.Sha256[..12]}…."));
            }
        }

        return damage;
    }

    /// <summary>Waits until the disk has it: what is about to get its name must not be lost with the power.</summary>
    public static void Settle(FileStream file) => file.Flush(flushToDisk: true);

    private IEnumerable<string> Ids() => Directory.Exists(Root) ? Directory.EnumerateDirectories(Root).Select(d => Path.GetFileName(d)!).Where(IsId) : [];

    private static bool IsId(string name) => DateTime.TryParseExact(name, Backup.IdFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private Task<Backup> ReadAsync(string id, CancellationToken cancellationToken) => ReadFileAsync<Backup>(Path.Combine(PathOf(id), Manifest), cancellationToken);

    private static async Task<T> ReadFileAsync<T>(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<T>(file, ApiJson.Readable, cancellationToken) ?? throw new JsonException("It is empty.");
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new BackupException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static async Task WriteAsync<T>(string path, T description, CancellationToken cancellationToken)
    {
        var fresh = path + ".new";
        await using (var file = File.Create(fresh))
        {
            await JsonSerializer.SerializeAsync(file, description, ApiJson.Readable, cancellationToken);
            Settle(file);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
