using Dapper;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Testing;

public sealed class MariaDbServerTests
{
    [Fact]
    public async Task A_test_database_is_migrated_utf8mb4_and_in_utc()
    {
        await using var test = await TestDatabase.CreateAsync();
        await using var connection = await test.Database.OpenAsync(CancellationToken.None);

        (await connection.ExecuteScalarAsync<string>("SELECT @@collation_database")).ShouldBe("utf8mb4_bin");
        (await connection.ExecuteScalarAsync<string>("SELECT @@time_zone")).ShouldBe("+00:00");
        (await connection.ExecuteScalarAsync<string>("SELECT @@tx_isolation")).ShouldBe("READ-COMMITTED");
        (await connection.ExecuteScalarAsync<string>("SELECT '™ 😀 漢'")).ShouldBe("™ 😀 漢");
        (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM schema_migrations WHERE state <> 'applied'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_test_database_is_gone_after_its_test()
    {
        var server = await MariaDbServer.SharedAsync();
        var first = await server.CreateDatabaseAsync(migrate: false);
        await first.DisposeAsync();
        await using var second = await server.CreateDatabaseAsync(migrate: false);
        await using var connection = await second.Database.OpenAsync(CancellationToken.None);

        var names = await connection.QueryAsync<string>("SHOW DATABASES");

        names.ShouldContain(second.Name);
        names.ShouldNotContain(first.Name);
    }
}
