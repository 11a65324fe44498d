using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.Modules.Metadata;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Metadata;

/// <summary>The module on an empty catalogue; each test starts with one.</summary>
public abstract class CatalogueTest : IAsyncLifetime
{
    protected static readonly Guid Resort = Guid.Parse("e957da41-3552-4cf6-b636-5babc5cbc4e5");
    protected static readonly Guid Park = Guid.Parse("75ea578a-adc8-4116-a54d-dccb60765ef9");
    protected static readonly Guid OtherPark = Guid.Parse("47f90d2c-e191-4239-a466-5892ef59a88b");

    private TestDatabase? _test;
    private ServiceProvider? _services;

    protected MySqlDatabase Database => _test!.Database;

    protected IEntityResolver Resolver => _services!.GetRequiredService<IEntityResolver>();

    protected ICatalogue Catalogue => _services!.GetRequiredService<ICatalogue>();

    protected IRideMappings Mappings => _services!.GetRequiredService<IRideMappings>();

    public async Task InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(_test.Database)
            .AddMetadata(new ConfigurationBuilder().Build())
            .BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services!.DisposeAsync();
        await _test!.DisposeAsync();
    }

    protected static DateTime Day(int day, int hour = 12) => new DateTime(2024, 1, 1, hour, 0, 0, DateTimeKind.Utc).AddDays(day - 1);

    protected static Guid Id(int number) => Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:d12}"));

    protected static ObservedEntity Ride(int number, params (int Day, string Name)[] names) => new(
        Id(number),
        string.Create(CultureInfo.InvariantCulture, $"ext-{number}"),
        Park,
        "magickingdom",
        "America/New_York",
        EntityKind.Attraction,
        [.. names.Select(name => new ObservedName(name.Name, Day(name.Day)))],
        1);

    protected async Task<IReadOnlyList<ResolvedEntity>> ResolveAsync(params ObservedEntity[] entities) =>
        (await Resolver.ResolveAsync(new ResolveRequest(Resort, entities, true, "ARCHIVE"), null, CancellationToken.None)).Entities;

    protected async Task<IReadOnlyList<ResolvedEntity>> ResolveWithoutCreatingAsync(params ObservedEntity[] entities) =>
        (await Resolver.ResolveAsync(new ResolveRequest(Resort, entities, false, "ARCHIVE"), null, CancellationToken.None)).Entities;

    /// <summary>A ride no source has given an id: what another catalogue leaves behind.</summary>
    protected async Task<int> RideWithoutIdAsync(string name)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<int>(
            """
            INSERT INTO rides (park_id, name, normalized_name, entity_type, created_from)
            SELECT park_id, @name, LOWER(@name), 'ATTRACTION', 'TEST' FROM parks WHERE uuid = @park;
            SELECT CAST(LAST_INSERT_ID() AS SIGNED)
            """,
            new { name, park = Park.ToString() });
    }

    protected async Task<IReadOnlyList<string>> HistoryAsync(Guid uuid, string kind = "NAME")
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        var rows = await connection.QueryAsync<(DateTime From, DateTime? To, string Value)>(
            """
            SELECT a.valid_from, a.valid_to, a.value
            FROM ride_aliases AS a JOIN rides AS r ON r.ride_id = a.ride_id
            WHERE r.uuid = @uuid AND a.kind = @kind
            ORDER BY a.valid_from
            """,
            new { uuid = uuid.ToString(), kind });
        return [.. rows.Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Value} {(row.From - Day(1, 0)).Days + 1}-{(row.To is { } to ? (to - Day(1, 0)).Days + 1 : null)}"))];
    }

    /// <summary>Everything the catalogue holds that does not depend on when it was written.</summary>
    protected async Task<string> ContentAsync()
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        var lines = await connection.QueryAsync<string>(
            """
            SELECT CONCAT_WS('|', 'd', d.uuid, COALESCE(d.name, '-')) FROM destinations AS d
            UNION ALL SELECT CONCAT_WS('|', 'p', p.uuid, d.uuid, p.timezone, COALESCE(p.slug, '-')) FROM parks AS p JOIN destinations AS d USING (destination_id)
            UNION ALL SELECT CONCAT_WS('|', 'r', r.uuid, p.uuid, r.name, r.normalized_name, r.entity_type, r.external_id)
                FROM rides AS r JOIN parks AS p USING (park_id)
            UNION ALL SELECT CONCAT_WS('|', 'a', r.uuid, a.kind, a.value, a.normalized, a.valid_from, COALESCE(a.valid_to, '-'))
                FROM ride_aliases AS a JOIN rides AS r USING (ride_id)
            """);
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    protected async Task<long> CountAsync(string table)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<long>(table switch
        {
            "destinations" => "SELECT COUNT(*) FROM destinations",
            "parks" => "SELECT COUNT(*) FROM parks",
            "rides" => "SELECT COUNT(*) FROM rides",
            "ride_aliases" => "SELECT COUNT(*) FROM ride_aliases",
            _ => throw new ArgumentOutOfRangeException(nameof(table)),
        });
    }
}
