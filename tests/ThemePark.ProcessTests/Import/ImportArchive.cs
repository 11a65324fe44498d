using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.ProcessTests.Import;

[CollectionDefinition("import processes")]
public sealed class ImportProcesses : ICollectionFixture<ImportArchive>;

// Beside the others, for it mostly waits until nodes have given one another up; with an archive of its own, whose server nobody kills under it.
[CollectionDefinition("database nodes")]
public sealed class DatabaseNodes : ICollectionFixture<ImportArchive>;

/// <summary>One invented archive, a server that may be killed, and what an undisturbed import of the archive leaves in a database.</summary>
public sealed class ImportArchive : IAsyncLifetime
{
    private const int Days = 60;
    private const int EventsPerFile = 5_000;
    private MariaDbServer? _server;

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"themepark-import-{Guid.NewGuid():n}");
    public string Archive => Path.Combine(Root, "archive");
    public MariaDbServer Server => _server ?? throw new InvalidOperationException("xunit has not initialised this fixture.");
    public IReadOnlyList<string> Undisturbed { get; private set; } = [];

    /// <summary>Destinations of the archive.</summary>
    public IReadOnlyList<string> Destinations { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await ArchiveGenerator.GenerateAsync(new GeneratorOptions { Out = Archive, Destinations = 3, Days = Days, EventsPerFile = EventsPerFile, Ugly = true });
        // As a real server is set: what it said is committed survives its kill.
        _server = await MariaDbServer.StartAsync(MariaDbSizing.Test with { FlushAtCommit = 2 });
        await using var scene = await ImportScene.CreateAsync(this);
        await using var import = HostProcess.Start(["import", "start", "--all", "--wait", "--quiet"], scene.Settings("undisturbed"));
        var code = await import.ExitCodeAsync(TimeSpan.FromMinutes(4));
        code.ShouldBe(3, $"An ugly archive ends with errors.\n{ImportScene.Tail(import)}");
        Undisturbed = await Content.ReadAsync(scene.Database);
        Destinations = [.. await scene.QueryAsync<string>("SELECT CONCAT('', uuid) FROM destinations ORDER BY uuid")];
        Destinations.Count.ShouldBe(3);
        Undisturbed.Count(line => line.Contains(" status: ", StringComparison.Ordinal)).ShouldBe(3);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
