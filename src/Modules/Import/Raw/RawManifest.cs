using System.Globalization;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Raw;

/// <summary>The manifest of the raw store: which file holds which object of the archive.</summary>
internal sealed class RawManifest(MySqlDatabase database)
{
    public async Task<IReadOnlyList<Guid>> DestinationsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<Guid>(new CommandDefinition(SelectDestinations, cancellationToken: ct))).AsList();
    }

    public async Task<IReadOnlyList<RawEntry>> ListAsync(Guid destination, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(string Key, DateOnly Day, string? Path, string? Sha256, long? Size)>(new CommandDefinition(
            SelectEntries, new { Destination = destination }, cancellationToken: ct));
        return [.. rows.Select(r => new RawEntry(r.Key, r.Day, r.Path is null ? null : new RawObject(r.Path, r.Sha256!, r.Size!.Value)))];
    }

    /// <summary>
    /// Forgets a raw object, unless it has been fetched again meanwhile. What was imported from it is forgotten too: without its bytes a
    /// neighbouring day cannot be written whole, so the next import writes its days again in any case.
    /// </summary>
    public async Task<bool> ClearAsync(string key, RawObject raw, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            ClearRaw, new { Key = key, Path = raw.RelativePath, Sha256 = raw.Sha256Hex }, cancellationToken: ct)) == 1;
    }

    /// <summary>
    /// Lists a file found on disk for a day without a raw object. Which ETag it was fetched under is not known, so an import asks the
    /// archive for it again; reading it needs no archive.
    /// </summary>
    public async Task<bool> AddAsync(string? key, Guid destination, DateOnly day, RawObject raw, DateTime fetchedAt, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            AddRaw,
            new
            {
                Key = key ?? string.Create(CultureInfo.InvariantCulture, $"{destination:D}/{day:yyyy}/{day:MM}/{day:dd}.json.gz"),
                Destination = destination,
                Day = day,
                Path = raw.RelativePath,
                Sha256 = raw.Sha256Hex,
                raw.Size,
                FetchedAt = fetchedAt,
            },
            cancellationToken: ct)) > 0;
    }

    /// <summary>A destination's objects whose rows are held, with the UTC days (both included) their rows are on.</summary>
    public async Task<IReadOnlyList<(string Key, DateOnly First, DateOnly Last)>> ImportedAsync(Guid destination, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(string, DateOnly, DateOnly)>(new CommandDefinition(
            SelectImported, new { Destination = destination }, cancellationToken: ct))).AsList();
    }

    private const string SelectDestinations = "SELECT DISTINCT destination_uuid FROM archive_objects ORDER BY destination_uuid";

    private const string SelectEntries =
        """
        SELECT object_key, object_day, raw_path, raw_sha256, raw_size
        FROM archive_objects
        WHERE destination_uuid = @Destination
        ORDER BY object_day, object_key
        """;

    private const string SelectImported =
        """
        SELECT o.object_key, o.first_day, o.last_day
        FROM archive_objects AS o
        INNER JOIN import_checkpoints AS c
            ON c.import_id = o.imported_by
        INNER JOIN import_files AS f
            ON f.checkpoint_id = c.checkpoint_id
           AND f.object_key = o.object_key
        WHERE o.destination_uuid = @Destination
          AND o.imported_sha256 IS NOT NULL
          AND o.first_day IS NOT NULL
          AND f.`rows` > 0
        ORDER BY o.object_day, o.object_key
        """;

    private const string ClearRaw =
        """
        UPDATE archive_objects
        SET raw_path = NULL,
            raw_sha256 = NULL,
            raw_size = NULL,
            raw_etag = NULL,
            fetched_at = NULL,
            imported_sha256 = NULL
        WHERE object_key = @Key
          AND raw_path = @Path
          AND raw_sha256 = @Sha256
        """;

    // Assignments go from left to right: raw_path last, because the others ask whether it was there.
    private const string AddRaw =
        """
        INSERT INTO archive_objects (
            object_key, destination_uuid, object_day, etag, size, last_modified, raw_path, raw_sha256, raw_size, fetched_at)
        VALUES (@Key, @Destination, @Day, '', @Size, @FetchedAt, @Path, @Sha256, @Size, @FetchedAt)
        ON DUPLICATE KEY UPDATE
            raw_sha256 = IF(raw_path IS NULL, VALUES(raw_sha256), raw_sha256),
            raw_size = IF(raw_path IS NULL, VALUES(raw_size), raw_size),
            fetched_at = IF(raw_path IS NULL, VALUES(fetched_at), fetched_at),
            raw_path = COALESCE(raw_path, VALUES(raw_path))
        """;
}

/// <summary>One object of the archive; <see cref="Raw"/> is null until it has been fetched.</summary>
internal sealed record RawEntry(string Key, DateOnly Day, RawObject? Raw);
