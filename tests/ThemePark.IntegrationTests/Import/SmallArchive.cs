using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.MySql;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Import;

/// <summary>
/// A host over an archive of one destination and four days, 1 to 4 June 2025, whose every event is known: each entity has three readings
/// on each of its days, at minutes of its own.
/// </summary>
internal sealed class SmallArchive : IAsyncDisposable
{
    public static readonly Guid Destination = Guid.Parse("e957da41-3552-4cf6-b636-5babc5cbc4e5");
    public static readonly IReadOnlyList<Entity> Entities =
    [
        new(1, "Space Mountain", [1, 2, 3, 4]),
        new(2, "Space Mountian", [2, 3, 4]),
        new(3, "Dumbo", [2, 3]),
        new(4, "Teacups", [4]),
    ];

    private readonly TestDatabase _database;
    private readonly string _root;

    private SmallArchive(TestDatabase database, TestApp app, string root)
    {
        _database = database;
        App = app;
        _root = root;
    }

    public TestApp App { get; }
    public MySqlDatabase Database => _database.Database;

    /// <summary>The archive's directory.</summary>
    public string Archive => Path.Combine(_root, "archive");

    public string Raw => Path.Combine(_root, "raw");

    public static int Events(Entity entity) => entity.Days.Count * 3;

    public static async Task<SmallArchive> StartAsync(TimeProvider? clock = null, params (string Key, string? Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync();
        var root = Path.Combine(Path.GetTempPath(), "themepark-tests", database.Name);
        for (var day = 1; day <= 4; day++)
        {
            await WriteAsync(Path.Combine(root, "archive"), day);
        }

        var app = await TestApp.StartAsync(
            database,
            builder => builder.Services.AddSingleton(clock ?? TimeProvider.System),
            [("DataDirectory", Path.Combine(root, "data")), ("Archive:Directory", Path.Combine(root, "archive")), ("Archive:RawPath", Path.Combine(root, "raw")), .. settings]);
        return new SmallArchive(database, app, root);
    }

    /// <summary>Imports the whole archive and returns the import as it ended.</summary>
    public async Task<JsonElement> ImportAsync(bool createMissing)
    {
        using var started = await App.Admin.PostAsJsonAsync(
            "/api/admin/import/start", new { destination_uuid = Destination, create_missing = createMissing });
        var import = await started.Content.ReadFromJsonAsync<JsonElement>();
        var id = import.GetProperty("import_id").GetString();
        for (var patience = 0; patience < 600; patience++)
        {
            import = await App.Admin.GetFromJsonAsync<JsonElement>($"/api/admin/import/status/{id}");
            if (import.GetProperty("completed_at").ValueKind != JsonValueKind.Null)
            {
                return import;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"The import has not ended: {import}");
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private static async Task WriteAsync(string archive, int day)
    {
        var events = Entities.Where(e => e.Days.Contains(day)).SelectMany(e => Enumerable.Range(12, 3).Select(hour => new
        {
            entityId = e.Uuid,
            name = e.Name,
            eventTime = string.Create(CultureInfo.InvariantCulture, $"2025-06-{day:00}T{hour}:{e.Number:00}:00.000Z"),
            timezone = "America/New_York",
            parkId = "75ea578a-adc8-4116-a54d-dccb60765ef9",
            parkSlug = "magickingdom",
            data = new { status = "OPERATING", queue = new { STANDBY = new { waitTime = hour } } },
        }));
        var path = Path.Combine(archive, Destination.ToString(), "2025", "06", string.Create(CultureInfo.InvariantCulture, $"{day:00}.json.gz"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = File.Create(path);
        await using var zlib = new ZLibStream(file, CompressionLevel.Fastest);
        await JsonSerializer.SerializeAsync(zlib, new { events });
    }

    internal sealed record Entity(int Number, string Name, IReadOnlyList<int> Days)
    {
        public Guid Uuid { get; } = Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{Number:d12}"));
    }
}
