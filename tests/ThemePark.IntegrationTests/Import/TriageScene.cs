using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import;

/// <summary>
/// A host after an import that created no rides, so that all four entities of the small archive wait for a word, and a second destination without an archive
/// that has <see cref="Strangers"/> more of them, seen once a day each: what can be listed, sorted and refused.
/// </summary>
public sealed class TriageScene : IAsyncLifetime
{
    public const int Strangers = 55;

    /// <summary>What one of the strangers is called; it is candidate of none.</summary>
    public const string Hostile = "<script>alert('x')</script>";

    private SmallArchive _archive = null!;

    internal TestApp App => _archive.App;

    internal MySqlDatabase Database => _archive.Database;

    internal string ArchivePath => _archive.Archive;

    internal string ImportId { get; private set; } = "";

    /// <summary>The destination of the strangers.</summary>
    internal int Elsewhere { get; private set; }

    public async Task InitializeAsync()
    {
        _archive = await SmallArchive.StartAsync();
        var import = await _archive.ImportAsync(createMissing: false);
        import.GetProperty("status").GetString().ShouldBe("COMPLETED", import.ToString());
        ImportId = import.GetProperty("import_id").GetString()!;

        // Stranger 7 is most like a ride that is gone; the two best of stranger 8 are equally good.
        await ExecuteAsync("INSERT INTO destinations (uuid, name) VALUES ('11111111-0000-4000-8000-000000000000', 'Elsewhere')");
        await ExecuteAsync(
            """
            INSERT INTO unmatched_entities (
                destination_id, entity_uuid, name, external_id, kind, reason, candidates, status, first_import_id, last_import_id, created_at)
            SELECT
                (SELECT destination_id FROM destinations WHERE name = 'Elsewhere'), CONCAT('22222222-0000-4000-8000-', LPAD(n.seq, 12, '0')),
                IF(n.seq = 9, @Hostile, CONCAT('Stranger ', LPAD(n.seq, 2, '0'))), CONCAT('ext-', n.seq), 'ATTRACTION', 'NO_MATCH',
                CASE n.seq
                    WHEN 7 THEN '[{"ride_id":9999,"name":"Gone","method":"FUZZY","score":92}]'
                    WHEN 8 THEN '[{"ride_id":9999,"name":"Gone","method":"FUZZY","score":92},{"ride_id":9998,"name":"Too","method":"PHONETIC","score":92}]'
                    ELSE '[]' END,
                'OPEN', @ImportId, @ImportId, UTC_TIMESTAMP(3)
            FROM (
                WITH RECURSIVE numbers AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM numbers WHERE seq < @Strangers)
                SELECT seq FROM numbers) AS n
            """);
        await ExecuteAsync(
            """
            INSERT INTO unmatched_entity_days (unmatched_id, object_day, observations, first_at, last_at)
            SELECT unmatched_id, '2025-07-01', CAST(SUBSTRING(external_id, 5) AS UNSIGNED), '2025-07-01 12:00:00', '2025-07-01 13:00:00'
            FROM unmatched_entities
            WHERE external_id LIKE 'ext-%'
            """);
        Elsewhere = await OneAsync<int>("SELECT destination_id FROM destinations WHERE name = 'Elsewhere'");
    }

    public async Task DisposeAsync() => await _archive.DisposeAsync();

    internal Task<int> IdAsync(string name) => OneAsync<int>($"SELECT unmatched_id FROM unmatched_entities WHERE name = '{name}'");

    internal async Task<T> OneAsync<T>(string sql)
    {
        await using var connection = await Database.OpenAsync(default);
        return await connection.QuerySingleAsync<T>(sql);
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = await Database.OpenAsync(default);
        await connection.ExecuteAsync(sql, new { Hostile, ImportId, Strangers });
    }

    /// <summary>The import as it ended.</summary>
    internal async Task<JsonElement> EndedAsync(string importId)
    {
        for (var patience = 0; patience < 600; patience++)
        {
            var import = await App.Admin.GetFromJsonAsync<JsonElement>($"/api/admin/import/status/{importId}");
            if (import.GetProperty("completed_at").ValueKind != JsonValueKind.Null)
            {
                return import;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"Import {importId} has not ended.");
    }
}
