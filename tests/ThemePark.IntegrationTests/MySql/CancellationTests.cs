using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.MySql;

public sealed class CancellationTests(PlainDatabase plain) : IClassFixture<PlainDatabase>
{
    private const string Numbers = "SELECT a.seq, REPEAT('x', 200) AS filler FROM seq_1_to_1000000 a";

    // Far below the length of the statements, far above what a busy machine needs.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task a_token_ends_a_running_statement_and_the_connection_goes_on()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();

        var error = await Should.ThrowAsync<OperationCanceledException>(
            () => connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT SLEEP(60)", cancellationToken: cts.Token)));

        error.CancellationToken.ShouldBe(cts.Token);
        watch.Elapsed.ShouldBeLessThan(Soon);
        (await connection.ExecuteScalarAsync<int>("SELECT 7")).ShouldBe(7);
    }

    [Fact]
    public async Task a_token_cancelled_before_the_call_sends_nothing()
    {
        var table = await plain.TableAsync("id INT");
        await using var connection = await plain.Database.OpenAsync(default);

        await Should.ThrowAsync<OperationCanceledException>(
            () => connection.ExecuteAsync(new CommandDefinition($"INSERT INTO {table} VALUES (1)", cancellationToken: new CancellationToken(true))));

        (await plain.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}")).ShouldBe(0);
    }

    [Fact]
    public async Task a_token_ends_a_batch_in_its_middle()
    {
        var table = await plain.TableAsync("id INT");
        await using var connection = await plain.Database.OpenAsync(default);
        using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Should.ThrowAsync<OperationCanceledException>(() => connection.ExecuteAsync(
            new CommandDefinition(
                $"INSERT INTO {table} VALUES (1); INSERT INTO {table} SELECT 2 + SLEEP(60); INSERT INTO {table} VALUES (3)", cancellationToken: cts.Token)));

        (await connection.QueryAsync<int>($"SELECT id FROM {table}")).ShouldBe([1]);
    }

    [Fact]
    public async Task a_killed_update_changes_nothing_and_its_transaction_lives_on()
    {
        var table = await plain.TableAsync("id INT PRIMARY KEY, n INT");
        await plain.ExecuteAsync($"INSERT INTO {table} SELECT seq, 0 FROM seq_1_to_1000");
        await using var connection = await plain.Database.OpenAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"UPDATE {table} SET n = 5 WHERE id = 1", transaction: transaction);
        using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Should.ThrowAsync<OperationCanceledException>(() => connection.ExecuteAsync(
            new CommandDefinition($"UPDATE {table} SET n = n + 1 + SLEEP(0.1) WHERE id > 1", transaction: transaction, cancellationToken: cts.Token)));
        await transaction.CommitAsync();

        (await plain.ScalarAsync<long>($"SELECT SUM(n) FROM {table}")).ShouldBe(5);
    }

    [Fact]
    public async Task a_token_ends_a_read_in_the_middle_of_its_rows()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        using var cts = new CancellationTokenSource();
        await using var command = connection.CreateCommand();
        command.CommandText = Numbers + ", seq_1_to_1000 b";
        var rows = 0;

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await using var reader = await command.ExecuteReaderAsync(cts.Token);
            while (await reader.ReadAsync(cts.Token))
            {
                if (++rows == 1000)
                {
                    await cts.CancelAsync();
                }
            }
        });

        rows.ShouldBe(1000);
        (await connection.ExecuteScalarAsync<int>("SELECT 7")).ShouldBe(7);
    }

    [Fact]
    public async Task a_token_given_to_one_read_ends_a_stream_that_has_stopped()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT REPEAT('x', 20000), IF(seq > 5, SLEEP(60), 0) FROM seq_1_to_10";
        using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var watch = Stopwatch.StartNew();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync(cts.Token))
            {
            }
        });

        watch.Elapsed.ShouldBeLessThan(Soon);
        (await connection.ExecuteScalarAsync<int>("SELECT 7")).ShouldBe(7);
    }

    [Fact]
    public async Task CommandTimeout_ends_an_asynchronous_statement_and_the_connection_goes_on()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        var thread = connection.ServerThreadId;
        var watch = Stopwatch.StartNew();

        var error = await Should.ThrowAsync<MySqlTimeoutException>(() => connection.ExecuteAsync("SELECT SLEEP(60)", commandTimeout: 1));

        error.Kind.ShouldBe(MySqlTimeout.Command);
        MySqlErrors.IsTimeout(error).ShouldBeTrue();
        MySqlErrors.IsConnectionLost(error).ShouldBeFalse();
        watch.Elapsed.ShouldBeInRange(TimeSpan.FromMilliseconds(900), Soon);
        (await connection.ExecuteScalarAsync<int>("SELECT 7")).ShouldBe(7);
        connection.ServerThreadId.ShouldBe(thread);
    }

    [Fact]
    public async Task CommandTimeout_of_zero_is_no_limit()
    {
        var database = new MySqlDatabase(plain.With("Default Command Timeout=1"), maxPoolSize: 2);
        await using var _ = database;
        await using var connection = await database.OpenAsync(default);

        await Should.ThrowAsync<MySqlTimeoutException>(() => connection.ExecuteAsync("DO SLEEP(3)"));
        await connection.ExecuteAsync("DO SLEEP(2)", commandTimeout: 0);
    }

    [Fact]
    public async Task CommandTimeout_holds_for_the_synchronous_calls_too()
    {
        await using var connection = await plain.Database.OpenAsync(default);

        await Task.Run(() => Should.Throw<MySqlTimeoutException>(() => connection.ExecuteScalar("SELECT SLEEP(60)", commandTimeout: 1)));

        (await connection.ExecuteScalarAsync<int>("SELECT 7")).ShouldBe(7);
    }

    [Fact]
    public async Task a_reader_closed_early_does_not_read_millions_of_rows()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = Numbers + ", seq_1_to_1000 b";
        command.CommandTimeout = 0;
        var watch = Stopwatch.StartNew();

        await using (var reader = await command.ExecuteReaderAsync())
        {
            (await reader.ReadAsync()).ShouldBeTrue();
        }

        watch.Elapsed.ShouldBeLessThan(Soon);
        (await connection.ExecuteScalarAsync<int>("SELECT 7")).ShouldBe(7);
    }

    [Fact]
    public async Task a_storm_of_cancellations_never_hits_the_statement_after()
    {
        const int Tasks = 12;
        const int Rounds = 40;
        var cancelled = 0;
        var hits = new ConcurrentBag<Exception>();
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 6);

        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(async seed =>
        {
            var random = new Random(seed);
            for (var round = 0; round < Rounds; round++)
            {
                await using var connection = await database.OpenAsync(default);
                using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(0, 12)));
                try
                {
                    await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT SLEEP(@s)", new { s = random.Next(0, 12) / 1000.0 }, cancellationToken: cts.Token));
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }

                try
                {
                    // Long enough to be hit by a kill that comes late.
                    (await connection.ExecuteScalarAsync<int>("SELECT 5 + SLEEP(0.004)")).ShouldBe(5);
                }
                catch (Exception ex) when (ex is not ShouldAssertException)
                {
                    hits.Add(ex);
                }
            }
        }));

        hits.ShouldBeEmpty(string.Join("\n", hits.Select(h => h.Message).Distinct()));
        cancelled.ShouldBeInRange(Tasks, Tasks * Rounds);
    }

    [Fact]
    public async Task a_server_that_falls_silent_costs_a_connection_not_a_hang()
    {
        await using var relay = TcpRelay.To((await MariaDbServer.SharedAsync()).Port);
        await using var database = new MySqlDatabase(plain.Through(relay, "Connection Timeout=3"), maxPoolSize: 2);
        var connection = await database.OpenAsync(default);
        await connection.ExecuteScalarAsync<int>("SELECT 1");
        relay.Freeze();
        var watch = Stopwatch.StartNew();

        var error = await Should.ThrowAsync<MySqlTimeoutException>(() => connection.ExecuteScalarAsync<int>("SELECT 1", commandTimeout: 1));

        error.Kind.ShouldBe(MySqlTimeout.Silence);
        MySqlErrors.IsConnectionLost(error).ShouldBeTrue();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(40));
        connection.State.ShouldBe(System.Data.ConnectionState.Broken);
        await Should.ThrowAsync<ConnectionLostException>(() => connection.ExecuteScalarAsync<int>("SELECT 1"));
        await connection.DisposeAsync();

        // The pool offers a new session as soon as the server speaks again.
        relay.Thaw();
        await using var next = await database.OpenAsync(default);
        (await next.ExecuteScalarAsync<int>("SELECT 7")).ShouldBe(7);
    }

    [Fact]
    public async Task a_cancelled_statement_on_a_silent_server_returns_and_closes_its_socket()
    {
        await using var relay = TcpRelay.To((await MariaDbServer.SharedAsync()).Port);
        await using var database = new MySqlDatabase(plain.Through(relay, "Connection Timeout=3"), maxPoolSize: 2);
        await using (var connection = await database.OpenAsync(default))
        {
            relay.Freeze();
            using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            await Should.ThrowAsync<OperationCanceledException>(
                () => connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: cts.Token)));
        }

        relay.Thaw();
        await Eventually(() => relay.Open == 0, $"{relay.Open.ToString(CultureInfo.InvariantCulture)} sockets stayed open");
    }

    internal static async Task Eventually(Func<bool> condition, string otherwise)
    {
        for (var i = 0; i < 600 && !condition(); i++)
        {
            await Task.Delay(50);
        }

        condition().ShouldBeTrue(otherwise);
    }
}
