using System.Globalization;
using System.Text;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.IntegrationTests.MySql;

public sealed class BulkLoaderTests(PlainDatabase plain) : IClassFixture<PlainDatabase>
{
    private const string Columns = "id INT PRIMARY KEY, name VARCHAR(10), n SMALLINT NULL, at DATETIME(3) NULL, data_source TINYINT NULL";
    private static readonly string[] Names = ["id", "name", "n", "at"];

    [Fact]
    public async Task every_awkward_value_arrives_as_given()
    {
        var table = await plain.TableAsync("id INT, v TEXT, data_source TINYINT, PRIMARY KEY (id)");
        var target = new BulkTarget(table, ["id", "v"], new Dictionary<string, string> { ["data_source"] = "2" });
        await using var connection = await plain.Database.OpenAsync(default);

        var loaded = await LoadAsync(connection, target, "1\ta\\\tb\n2\tc\\\nd\n3\te\\\\f\n4\t™ 😀 漢\n5\t\\N\n6\t\n7\t'\"`\n", 7);

        loaded.ShouldBe(7);
        (await connection.QueryAsync<string?>($"SELECT v FROM {table} ORDER BY id")).ShouldBe(["a\tb", "c\nd", "e\\f", "™ 😀 漢", null, "", "'\"`"]);
        (await connection.QueryAsync<int>($"SELECT DISTINCT data_source FROM {table}")).ShouldBe([2]);
    }

    [Fact]
    public async Task a_slice_in_the_middle_of_a_buffer_is_sent_alone()
    {
        var table = await plain.TableAsync("id INT");
        await using var connection = await plain.Database.OpenAsync(default);
        var buffer = Encoding.UTF8.GetBytes("9\n9\n1\n2\n9\n");

        (await BulkLoader.LoadAsync(connection, new BulkTarget(table, ["id"]), buffer.AsMemory(4, 4), 2, default)).ShouldBe(2);

        (await connection.QueryAsync<int>($"SELECT id FROM {table}")).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task an_empty_text_loads_nothing()
    {
        var table = await plain.TableAsync("id INT");
        await using var connection = await plain.Database.OpenAsync(default);

        (await BulkLoader.LoadAsync(connection, new BulkTarget(table, ["id"]), ReadOnlyMemory<byte>.Empty, 0, default)).ShouldBe(0);
        (await connection.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Theory]
    [InlineData("1\ta\tbad\t\\N\n", "n")]
    [InlineData("1\ta\t99999\t\\N\n", "n")]
    [InlineData("1\ta\t1\t2024-13-01 00:00:00\n", "at")]
    [InlineData("1\ta name too long\t1\t\\N\n", "name")]
    [InlineData("1\ta\t1\n", "")]
    [InlineData("1\ta\t1\t\\N\textra\n", "")]
    public async Task a_value_the_server_would_bend_is_an_error_and_rolls_back(string text, string column)
    {
        var table = await plain.TableAsync(Columns);
        await using var connection = await plain.Database.OpenAsync(default);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            var error = await Should.ThrowAsync<BulkLoadException>(() => LoadAsync(connection, new BulkTarget(table, Names), "0\tok\t1\t\\N\n" + text, 2));

            error.Message.ShouldContain(table);
            error.Message.ShouldContain(column);
            error.Warnings.ShouldNotBeEmpty();
        }

        (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}")).ShouldBe(0);
    }

    [Fact]
    public async Task a_duplicate_is_an_error_with_both_counts()
    {
        var table = await plain.TableAsync(Columns);
        await using var connection = await plain.Database.OpenAsync(default);

        var error = await Should.ThrowAsync<BulkLoadException>(
            () => LoadAsync(connection, new BulkTarget(table, Names), "1\ta\t1\t\\N\n1\tb\t1\t\\N\n2\tc\t1\t\\N\n", 3));

        error.Expected.ShouldBe(3);
        error.Loaded.ShouldBe(2);
        error.Table.ShouldBe(table);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task a_count_other_than_expected_is_an_error(long expected)
    {
        var table = await plain.TableAsync(Columns);
        await using var connection = await plain.Database.OpenAsync(default);

        var error = await Should.ThrowAsync<BulkLoadException>(
            () => LoadAsync(connection, new BulkTarget(table, Names), "1\ta\t1\t\\N\n2\tb\t1\t\\N\n", expected));

        error.Loaded.ShouldBe(2);
        error.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task many_warnings_are_an_error_and_few_are_shown()
    {
        var table = await plain.TableAsync(Columns);
        await using var connection = await plain.Database.OpenAsync(default);
        var text = string.Concat(Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}\ta\tbad\t\\N\n")));

        var error = await Should.ThrowAsync<BulkLoadException>(() => LoadAsync(connection, new BulkTarget(table, Names), text, 500));

        error.Loaded.ShouldBe(500);
        error.Message.ShouldContain("warnings listed");
        error.Warnings.Count.ShouldBe(5);
    }

    [Fact]
    public async Task a_load_is_part_of_the_transaction()
    {
        var table = await plain.TableAsync(Columns);
        await using var connection = await plain.Database.OpenAsync(default);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await LoadAsync(connection, new BulkTarget(table, Names), "1\ta\t1\t\\N\n", 1);
            await transaction.RollbackAsync();
        }

        (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}")).ShouldBe(0);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await LoadAsync(connection, new BulkTarget(table, Names), "1\ta\t1\t2024-02-29 23:59:59.123\n", 1);
            await transaction.CommitAsync();
        }

        (await connection.ExecuteScalarAsync<string>($"SELECT CAST(at AS CHAR) FROM {table}")).ShouldBe("2024-02-29 23:59:59.123");
    }

    [Fact]
    public async Task a_token_ends_a_load_and_nothing_of_it_stays()
    {
        var table = await plain.TableAsync("id INT, slow INT");
        var target = new BulkTarget(table, ["id"], new Dictionary<string, string> { ["slow"] = "SLEEP(0.05)" });
        var text = string.Concat(Enumerable.Range(0, 2000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}\n")));
        await using var connection = await plain.Database.OpenAsync(default);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            var watch = System.Diagnostics.Stopwatch.StartNew();

            await Should.ThrowAsync<OperationCanceledException>(
                () => BulkLoader.LoadAsync(connection, target, Encoding.UTF8.GetBytes(text), 2000, cts.Token).AsTask());

            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            await transaction.RollbackAsync();
        }

        (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}")).ShouldBe(0);
    }

    [Fact]
    public async Task an_unknown_table_or_column_is_the_servers_error_and_the_connection_goes_on()
    {
        await using var connection = await plain.Database.OpenAsync(default);

        var error = await Should.ThrowAsync<Exception>(() => LoadAsync(connection, new BulkTarget("no`where", ["id"]), "1\n", 1));

        MySqlErrors.Number(error).ShouldBe(1146);
        (await connection.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Fact]
    public async Task a_statement_cannot_fetch_a_file_of_this_machine()
    {
        var table = await plain.TableAsync("line TEXT");
        await using var connection = await plain.Database.OpenAsync(default);

        await Should.ThrowAsync<Exception>(() => connection.ExecuteAsync($"LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE {table}"));

        (await plain.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}")).ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("trailing ")]
    public async Task a_name_that_is_none_is_refused(string name)
    {
        await using var connection = await plain.Database.OpenAsync(default);

        await Should.ThrowAsync<ArgumentException>(() => LoadAsync(connection, new BulkTarget("t", [name]), "1\n", 1));
    }

    private static Task<long> LoadAsync(SafeMySqlConnection connection, BulkTarget target, string text, long expected) =>
        BulkLoader.LoadAsync(connection, target, Encoding.UTF8.GetBytes(text), expected, default).AsTask();
}
