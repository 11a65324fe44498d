using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.MySql;

public sealed class ConnectionTests(PlainDatabase plain) : IClassFixture<PlainDatabase>
{
    private static readonly TimeSpan Bounded = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task fifty_tasks_share_a_pool_of_ten()
    {
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 10);
        var threads = new ConcurrentDictionary<int, bool>();
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            for (var i = 0; i < 20; i++)
            {
                await using var connection = await database.OpenAsync(default);
                threads[connection.ServerThreadId] = true;
                (await connection.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
            }
        }));

        threads.Count.ShouldBeInRange(1, 10);
        watch.Elapsed.ShouldBeLessThan(Bounded);
    }

    [Fact]
    public async Task the_last_packet_of_a_bulk_load_does_not_wait_for_an_acknowledgement()
    {
        await using var database = new MySqlDatabase(plain.ConnectionString);
        await using var connection = await database.OpenAsync(default);

        connection.Physical.NoDelay.ShouldBe(true);
    }

    [Fact]
    public async Task fifty_connections_open_at_once_from_cold()
    {
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 50);
        var watch = Stopwatch.StartNew();

        var connections = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => await database.OpenAsync(default)));

        watch.Elapsed.ShouldBeLessThan(Bounded);
        connections.Select(c => c.ServerThreadId).Distinct().Count().ShouldBe(50);
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task an_exhausted_pool_is_a_clear_error_after_the_limit_and_recovers()
    {
        await using var database = new MySqlDatabase(plain.With("Connection Timeout=1"), maxPoolSize: 1);
        var held = await database.OpenAsync(default);

        var error = await Should.ThrowAsync<MySqlTimeoutException>(async () => await database.OpenAsync(default));

        error.Kind.ShouldBe(MySqlTimeout.Pool);
        error.Message.ShouldContain("All 1 MySQL connections");
        database.ReadPool().ShouldBe(new PoolReading(Size: 1, InUse: 1, Idle: 0, Waiting: 0, Timeouts: 1));
        await held.DisposeAsync();
        await using var next = await database.OpenAsync(default);
        (await next.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Fact]
    public async Task the_wait_for_a_connection_obeys_the_token_and_blocks_no_thread()
    {
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 1);
        await using var held = await database.OpenAsync(default);
        using var cts = new CancellationTokenSource();

        var waiting = database.OpenAsync(cts.Token).AsTask();

        waiting.IsCompleted.ShouldBeFalse();
        database.ReadPool().ShouldBe(new PoolReading(Size: 1, InUse: 1, Idle: 0, Waiting: 1, Timeouts: 0));
        await cts.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await held.DisposeAsync();
        database.ReadPool().ShouldBe(new PoolReading(Size: 1, InUse: 0, Idle: 1, Waiting: 0, Timeouts: 0));
    }

    [Fact]
    public async Task connections_made_from_the_string_share_the_pool_of_the_database()
    {
        await using var database = new MySqlDatabase(plain.With("Connection Timeout=1"), maxPoolSize: 1);
        await using var held = await database.OpenAsync(default);
        await using var other = new SafeMySqlConnection(database.ConnectionString);

        (await Should.ThrowAsync<MySqlTimeoutException>(() => other.OpenAsync())).Kind.ShouldBe(MySqlTimeout.Pool);
    }

    [Fact]
    public async Task a_black_hole_ends_at_the_connect_limit()
    {
        // A full accept queue: further SYNs are dropped, as by a firewall.
        using var hole = new Socket(SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(0);
        var fillers = new List<Socket>();
        for (var i = 0; i < 8; i++)
        {
            var filler = new Socket(SocketType.Stream, ProtocolType.Tcp);
            fillers.Add(filler);
            _ = filler.ConnectAsync(hole.LocalEndPoint!).ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
        }

        await Task.Delay(200);
        await using var database = new MySqlDatabase(plain.With($"Port={((IPEndPoint)hole.LocalEndPoint!).Port}", "Connection Timeout=2"), maxPoolSize: 1);
        var watch = Stopwatch.StartNew();

        var error = await Should.ThrowAsync<Exception>(async () => await database.OpenAsync(default));

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        MySqlErrors.IsUnreachable(error).ShouldBeTrue(error.ToString());
        fillers.ForEach(f => f.Dispose());
    }

    [Fact]
    public async Task a_server_silent_in_the_handshake_ends_at_the_connect_limit_and_its_socket_is_closed()
    {
        await using var relay = TcpRelay.To((await MariaDbServer.SharedAsync()).Port);
        relay.Freeze();
        await using var database = new MySqlDatabase(plain.Through(relay, "Connection Timeout=2"), maxPoolSize: 1);
        var watch = Stopwatch.StartNew();

        var error = await Should.ThrowAsync<Exception>(async () => await database.OpenAsync(default));

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        MySqlErrors.IsUnreachable(error).ShouldBeTrue(error.ToString());
        relay.Thaw();
        await CancellationTests.Eventually(() => relay.Open == 0, "the half-open connection stayed");
        await using var next = await database.OpenAsync(default);
        (await next.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Fact]
    public async Task a_server_that_hangs_up_in_the_handshake_is_unreachable()
    {
        // Nobody listens behind it: it accepts, then closes.
        await using var relay = TcpRelay.To(1);
        await using var database = new MySqlDatabase(plain.Through(relay, "Connection Timeout=5"), maxPoolSize: 1);

        var error = await Should.ThrowAsync<Exception>(async () => await database.OpenAsync(default));

        MySqlErrors.IsUnreachable(error).ShouldBeTrue(error.ToString());
    }

    [Fact]
    public async Task a_token_ends_a_connect_that_hangs()
    {
        await using var relay = TcpRelay.To((await MariaDbServer.SharedAsync()).Port);
        relay.Freeze();
        await using var database = new MySqlDatabase(plain.Through(relay, "Connection Timeout=60"), maxPoolSize: 1);
        using var cts = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();

        await Should.ThrowAsync<OperationCanceledException>(async () => await database.OpenAsync(cts.Token));

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task an_idle_connection_killed_on_the_server_is_replaced_silently()
    {
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 1);
        int victim;
        await using (var connection = await database.OpenAsync(default))
        {
            victim = connection.ServerThreadId;
        }

        await plain.ExecuteAsync("KILL CONNECTION @victim", new { victim });
        await CancellationTests.Eventually(
            () => plain.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE id = @victim", new { victim }).GetAwaiter().GetResult() == 0,
            "the session did not die");

        await using var next = await database.OpenAsync(default);
        (await next.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
        next.ServerThreadId.ShouldNotBe(victim);
    }

    [Fact]
    public async Task a_connection_killed_under_its_statement_is_lost_and_says_so()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        var running = connection.ExecuteScalarAsync<int>("SELECT SLEEP(60)");
        await Task.Delay(300);
        await plain.ExecuteAsync("KILL CONNECTION @victim", new { victim = connection.ServerThreadId });

        var error = await Should.ThrowAsync<Exception>(() => running);

        MySqlErrors.IsConnectionLost(error).ShouldBeTrue(error.ToString());
        connection.State.ShouldBe(ConnectionState.Broken);
        await connection.CloseAsync();
        await connection.OpenAsync();
        (await connection.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Fact]
    public async Task a_connection_disposed_under_its_statement_gives_its_place_back()
    {
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 1);
        var connection = await database.OpenAsync(default);
        var running = connection.ExecuteScalarAsync<int>("SELECT SLEEP(60)");

        await connection.DisposeAsync();

        MySqlErrors.IsConnectionLost(await Should.ThrowAsync<Exception>(() => running)).ShouldBeTrue();
        await using var next = await database.OpenAsync(default);
        (await next.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Fact]
    public async Task a_connection_nobody_disposed_gives_its_place_back_when_collected()
    {
        await using var database = new MySqlDatabase(plain.With("Connection Timeout=1"), maxPoolSize: 1);
        await ForgetAsync(database);

        for (var i = 0; i < 20; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            try
            {
                await using var next = await database.OpenAsync(default);
                (await next.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
                return;
            }
            catch (MySqlTimeoutException ex) when (ex.Kind is MySqlTimeout.Pool)
            {
                // Not collected yet.
            }
        }

        Assert.Fail("The place was never given back.");

        static async Task ForgetAsync(MySqlDatabase database)
        {
            var forgotten = await database.OpenAsync(default);
            (await forgotten.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_transaction_left_open_is_rolled_back_before_the_next_user(bool byText)
    {
        var table = await plain.TableAsync("id INT");
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 1);
        await using (var connection = await database.OpenAsync(default))
        {
            if (byText)
            {
                await connection.ExecuteAsync("START TRANSACTION");
            }
            else
            {
                await connection.BeginTransactionAsync();
            }

            await connection.ExecuteAsync($"INSERT INTO {table} VALUES (1)");
        }

        await using var next = await database.OpenAsync(default);
        (await next.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}")).ShouldBe(0);
        (await next.ExecuteScalarAsync<long>("SELECT @@in_transaction")).ShouldBe(0);
    }

    [Fact]
    public async Task session_variables_of_a_dedicated_connection_reach_nobody_else()
    {
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 1);
        int dedicated;
        await using (var connection = await database.OpenDedicatedAsync(default))
        {
            dedicated = connection.ServerThreadId;
            await connection.ExecuteAsync("SET SESSION lock_wait_timeout = 17");
            await using var pooled = await database.OpenAsync(default);
            pooled.ServerThreadId.ShouldNotBe(dedicated);
            (await pooled.ExecuteScalarAsync<long>("SELECT @@lock_wait_timeout")).ShouldNotBe(17);
        }

        await CancellationTests.Eventually(
            () => plain.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE id = @dedicated", new { dedicated }).GetAwaiter().GetResult() == 0,
            "the dedicated session stayed open");
    }

    [Fact]
    public async Task transactions_are_read_committed_unless_asked_otherwise()
    {
        var table = await plain.TableAsync("id INT");
        await using var connection = await plain.Database.OpenAsync(default);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            transaction.IsolationLevel.ShouldBe(IsolationLevel.ReadCommitted);
            (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}", transaction: transaction)).ShouldBe(0);
            await plain.ExecuteAsync($"INSERT INTO {table} VALUES (1)");
            (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}", transaction: transaction)).ShouldBe(1);
        }

        await using (var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead))
        {
            (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}", transaction: transaction)).ShouldBe(1);
            await plain.ExecuteAsync($"INSERT INTO {table} VALUES (2)");
            (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}", transaction: transaction)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task a_second_transaction_is_refused_instead_of_committing_the_first()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();

        await Should.ThrowAsync<InvalidOperationException>(async () => await connection.BeginTransactionAsync());
    }

    [Fact]
    public async Task a_transaction_does_not_outlive_its_session()
    {
        var table = await plain.TableAsync("id INT");
        await using var connection = await plain.Database.OpenAsync(default);
        var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"INSERT INTO {table} VALUES (1)", transaction: transaction);
        await connection.CloseAsync();
        await connection.OpenAsync();

        await Should.ThrowAsync<ConnectionLostException>(() => transaction.CommitAsync());

        await transaction.DisposeAsync();
        (await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}")).ShouldBe(0);
    }

    [Fact]
    public async Task savepoints_undo_a_part()
    {
        var table = await plain.TableAsync("id INT");
        await using var connection = await plain.Database.OpenAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"INSERT INTO {table} VALUES (1)", transaction: transaction);
        await transaction.SaveAsync("a`b");
        await connection.ExecuteAsync($"INSERT INTO {table} VALUES (2)", transaction: transaction);
        await transaction.RollbackAsync("a`b");
        await transaction.ReleaseAsync("a`b");
        await transaction.CommitAsync();

        (await connection.QueryAsync<int>($"SELECT id FROM {table}")).ShouldBe([1]);
        await Should.ThrowAsync<InvalidOperationException>(() => transaction.CommitAsync());
    }

    [Fact]
    public async Task the_session_is_utf8mb4_strict_and_in_UTC()
    {
        await using var connection = await plain.Database.OpenAsync(default);

        (await connection.ExecuteScalarAsync<string>("SELECT @@character_set_client")).ShouldBe("utf8mb4");
        (await connection.ExecuteScalarAsync<string>("SELECT @@time_zone")).ShouldBe("+00:00");
        var mode = await connection.ExecuteScalarAsync<string>("SELECT @@sql_mode");
        mode.ShouldNotBeNull().ShouldContain("STRICT_ALL_TABLES");
        mode.ShouldNotContain("NO_BACKSLASH_ESCAPES");
    }

    [Fact]
    public async Task two_statements_at_once_on_one_connection_are_refused()
    {
        await using var connection = await plain.Database.OpenAsync(default);
        var first = connection.ExecuteScalarAsync<int>("SELECT 3 + SLEEP(1)");

        await Should.ThrowAsync<InvalidOperationException>(() => connection.ExecuteScalarAsync<int>("SELECT 4"));

        (await first).ShouldBe(3);
    }

    [Theory]
    [InlineData("Server=h;User ID=u;Password=s3cret;Unknown Option=1")]
    [InlineData("Server=h;User ID=u;Password=s3cret;Port=s3cret")]
    [InlineData("Server=h;User ID=u;Password=s3cret;SslMode=s3cret")]
    [InlineData("Server=h,i;User ID=u;Password=s3cret")]
    [InlineData("Server=h;Password=s3cret")]
    [InlineData("User ID=u;Password=s3cret;Server=")]
    [InlineData("Server=h;User ID=u;Password=s3cret;UseCompression=true")]
    [InlineData("Password=s3cret;;;=;'")]
    public void a_connection_string_error_is_clear_and_hides_the_password(string text)
    {
        var error = Should.Throw<ArgumentException>(() => new MySqlDatabase(text));

        error.ToString().ShouldNotContain("s3cret");
        error.Message.ShouldContain("MySQL connection string");
    }

    [Fact]
    public void options_that_would_break_us_are_forced()
    {
        var database = new MySqlDatabase(
            "Server=h;User ID=u;Password='s3;cret';CharSet=latin1;Allow User Variables=true;Use Affected Rows=true;Pooling=true;SslMode=Required;Default Command Timeout=7",
            maxPoolSize: 9);
        var options = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = database.ConnectionString };

        options["characterset"].ShouldBe("utf8mb4");
        options["allowuservariables"].ShouldBe("False");
        options["sslmode"].ToString().ShouldBe("Required");
        options["password"].ShouldBe("s3;cret");
        options["maxpoolsize"].ShouldBe("9");
        var connection = new SafeMySqlConnection(database.ConnectionString);
        connection.ConnectionString.ShouldBe(database.ConnectionString);
        connection.CreateCommand().CommandTimeout.ShouldBe(7);
    }
}
