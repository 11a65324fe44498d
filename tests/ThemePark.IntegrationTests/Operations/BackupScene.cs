using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Storage;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Operations;

/// <summary>A host over a database with one day of rows, and a directory for its backups.</summary>
public abstract class BackupScene : IAsyncLifetime
{
    protected static readonly DateOnly Day = new(2026, 2, 3);

    private protected StorageScene Scene { get; private set; } = null!;

    protected string Backups { get; } = Directory.CreateTempSubdirectory("themepark-backups-").FullName;

    public async Task InitializeAsync()
    {
        Scene = await StorageScene.StartAsync(await CreateDatabaseAsync(), ("Backups:Directory", Backups));
        await Scene.PartitionsAsync(Day, Day);
        await Scene.WriteDayAsync(Day, rides: 20, rowsPerRide: 100);
    }

    public async Task DisposeAsync()
    {
        await Scene.DisposeAsync();
        Directory.Delete(Backups, recursive: true);
    }

    protected virtual Task<TestDatabase> CreateDatabaseAsync() => TestDatabase.CreateAsync();

    private protected Task<IReadOnlyList<TableFact>> FactsAsync() => TableFacts.ReadStillAsync(Scene.Test.Database, CancellationToken.None);

    protected Task<Outcome<T>> SendAsync<T>(IRequest<Outcome<T>> request) => Scene.App.Services.SendAsync(request);
}
