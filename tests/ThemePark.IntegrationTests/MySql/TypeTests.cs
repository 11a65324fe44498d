using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.IntegrationTests.MySql;

public sealed class TypeTests : IClassFixture<PlainDatabase>
{
    private const string Ugly = "™ 😀 漢 'quote' \"double\" back\\slash\ttab\nline \0 nul";
    private static readonly DateTime Instant = new(2024, 2, 29, 23, 59, 58, 123, DateTimeKind.Utc);

    private readonly PlainDatabase _plain;

    public TypeTests(PlainDatabase plain)
    {
        DapperSetup.Register();
        DapperSetup.Register();
        _plain = plain;
    }

    [Fact]
    public async Task emoji_survive_a_database_whose_default_is_latin1()
    {
        var name = "latin1_" + Guid.NewGuid().ToString("n")[..8];
        await _plain.ExecuteAsync($"CREATE DATABASE {name} CHARACTER SET latin1");
        try
        {
            await using var database = new MySqlDatabase(_plain.With($"Database={name}"), maxPoolSize: 2);
            await using var connection = await database.OpenAsync(default);
            await connection.ExecuteAsync("CREATE TABLE t (v VARCHAR(200) CHARACTER SET utf8mb4)");
            await connection.ExecuteAsync("INSERT INTO t VALUES (@Ugly)", new { Ugly });

            (await connection.ExecuteScalarAsync<string>("SELECT v FROM t")).ShouldBe(Ugly);
            (await connection.ExecuteScalarAsync<string>("SELECT HEX(LEFT(v, 3)) FROM t")).ShouldBe("E284A220F09F9880");
        }
        finally
        {
            await _plain.ExecuteAsync($"DROP DATABASE {name}");
        }
    }

    [Fact]
    public async Task dates_ids_and_instants_round_trip_through_Dapper_in_any_culture()
    {
        var table = await _plain.TableAsync("id CHAR(36) CHARACTER SET ascii, day DATE, at TIME(3), moment DATETIME(3), note VARCHAR(50)");
        var row = new Row(Guid.NewGuid(), new DateOnly(1999, 12, 31), new TimeOnly(23, 59, 1, 5), Instant, null);
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
        try
        {
            await _plain.ExecuteAsync($"INSERT INTO {table} VALUES (@Id, @Day, @At, @Moment, @Note)", row);
            await using var connection = await _plain.Database.OpenAsync(default);

            var read = await connection.QuerySingleAsync<Row>($"SELECT id, day, at, moment, note FROM {table} WHERE day = @Day AND at = @At AND moment = @Moment AND id = @Id", row);

            read.ShouldBe(row);
            read.Moment.Kind.ShouldBe(DateTimeKind.Utc);
            (await connection.ExecuteScalarAsync<string>($"SELECT CONCAT(day, ' ', at, ' ', moment) FROM {table}"))
                .ShouldBe("1999-12-31 23:59:01.005 2024-02-29 23:59:58.123");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task null_dates_and_ids_stay_null_in_Dapper()
    {
        await using var connection = await _plain.Database.OpenAsync(default);

        var read = await connection.QuerySingleAsync<Nullables>(
            "SELECT CAST(@Id AS CHAR(36)) AS id, CAST(@Day AS DATE) AS day, CAST(@At AS TIME) AS at, CAST(@Moment AS DATETIME) AS moment", new Nullables(null, null, null, null));

        read.ShouldBe(new Nullables(null, null, null, null));
    }

    [Fact]
    public async Task plain_commands_take_and_give_the_same_types()
    {
        await _plain.ExecuteAsync("CREATE TABLE typed (id CHAR(36), day DATE, at TIME(3), moment DATETIME(3), offset_moment DATETIME(3))");
        var id = Guid.NewGuid();
        var zoned = new DateTimeOffset(2024, 3, 1, 1, 59, 58, 123, TimeSpan.FromHours(2));
        await using var connection = await _plain.Database.OpenAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO typed VALUES (@id, @day, @at, @moment, @zoned)";
        Add(command, "@id", id);
        Add(command, "@day", new DateOnly(2024, 2, 29));
        Add(command, "@at", new TimeOnly(23, 59, 58, 123));
        Add(command, "@moment", Instant);
        Add(command, "@zoned", zoned);
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);

        await using var select = connection.CreateCommand();
        select.CommandText = "SELECT * FROM typed";
        await using var reader = await select.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        (await reader.GetFieldValueAsync<Guid>(0)).ShouldBe(id);
        (await reader.GetFieldValueAsync<DateOnly>(1)).ShouldBe(new DateOnly(2024, 2, 29));
        (await reader.GetFieldValueAsync<TimeOnly>(2)).ShouldBe(new TimeOnly(23, 59, 58, 123));
        (await reader.GetFieldValueAsync<DateTime>(3)).ShouldBe(Instant);
        (await reader.GetFieldValueAsync<DateTime>(3)).Kind.ShouldBe(DateTimeKind.Utc);
        (await reader.GetFieldValueAsync<DateTimeOffset>(4)).ShouldBe(zoned);
        ((DateTime)reader.GetValue(3)).Kind.ShouldBe(DateTimeKind.Utc);
        ((DateTime)reader["moment"]).Kind.ShouldBe(DateTimeKind.Utc);
        (await reader.ReadAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task an_id_column_is_a_Guid_and_can_be_read_as_text()
    {
        await _plain.ExecuteAsync("CREATE TABLE ids (id CHAR(36) CHARACTER SET ascii)");
        var id = Guid.NewGuid();
        await _plain.ExecuteAsync("INSERT INTO ids VALUES (@id)", new { id });
        await using var connection = await _plain.Database.OpenAsync(default);

        (await connection.QuerySingleAsync<Guid>("SELECT id FROM ids")).ShouldBe(id);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM ids";
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        reader.GetString(0).ShouldBe(id.ToString("D"));
        (await reader.GetFieldValueAsync<Guid>(0)).ShouldBe(id);
    }

    [Fact]
    public async Task a_local_time_is_refused()
    {
        await using var connection = await _plain.Database.OpenAsync(default);

        await Should.ThrowAsync<ArgumentException>(() => connection.ExecuteScalarAsync<DateTime>("SELECT @t", new { t = DateTime.SpecifyKind(Instant, DateTimeKind.Local) }));
        (await connection.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Fact]
    public async Task the_database_clock_is_UTC()
    {
        var now = await _plain.ScalarAsync<DateTime>("SELECT NOW(3)");

        now.Kind.ShouldBe(DateTimeKind.Utc);
        (DateTime.UtcNow - now).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task a_value_cannot_become_SQL()
    {
        const string Attack = "\\' OR 1=1; DROP TABLE nothing; -- ";
        (await _plain.ScalarAsync<string>("SELECT @Attack", new { Attack })).ShouldBe(Attack);
    }

    [Fact]
    public async Task an_update_that_changes_nothing_still_counts_its_row()
    {
        var table = await _plain.TableAsync("id INT");
        await _plain.ExecuteAsync($"INSERT INTO {table} VALUES (1)");
        await using var connection = await _plain.Database.OpenAsync(default);

        (await connection.ExecuteAsync($"UPDATE {table} SET id = 1 WHERE id = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task the_factory_serves_a_library_that_only_knows_the_synchronous_members()
    {
        await _plain.ExecuteAsync("CREATE TABLE by_factory (id INT)");
        DbProviderFactory factory = SafeMySqlFactory.Instance;

        await Task.Run(() =>
        {
            using var connection = factory.CreateConnection()!;
            connection.ConnectionString = _plain.ConnectionString;
            connection.Open();
            using (var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted))
            {
                using var command = factory.CreateCommand()!;
                command.Connection = connection;
                command.Transaction = transaction;
                command.CommandText = "INSERT INTO by_factory VALUES (@id)";
                var parameter = factory.CreateParameter()!;
                parameter.ParameterName = "@id";
                parameter.DbType = DbType.Int32;
                parameter.Value = 41;
                command.Parameters.Add(parameter);
                command.ExecuteNonQuery().ShouldBe(1);
                transaction.Commit();
            }

            using var select = connection.CreateCommand();
            select.CommandText = "SELECT id, id + 1 FROM by_factory";
            using (var reader = select.ExecuteReader())
            {
                reader.Read().ShouldBeTrue();
                reader.GetInt32(0).ShouldBe(41);
                reader.Read().ShouldBeFalse();
            }

            Convert.ToInt32(select.ExecuteScalar(), CultureInfo.InvariantCulture).ShouldBe(41);
            connection.Close();
            connection.State.ShouldBe(ConnectionState.Closed);
        });
    }

    private static void Add(SafeMySqlCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private sealed record Row(Guid Id, DateOnly Day, TimeOnly At, DateTime Moment, string? Note);

    private sealed record Nullables(Guid? Id, DateOnly? Day, TimeOnly? At, DateTime? Moment);
}
