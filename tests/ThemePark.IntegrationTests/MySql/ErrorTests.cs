using System.Globalization;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.IntegrationTests.MySql;

public sealed class ErrorTests(PlainDatabase plain) : IClassFixture<PlainDatabase>
{
    [Fact]
    public async Task a_duplicate_key_is_1062()
    {
        var table = await plain.TableAsync("id INT PRIMARY KEY");

        var error = await Should.ThrowAsync<Exception>(() => plain.ExecuteAsync($"INSERT INTO {table} VALUES (1), (1)"));

        MySqlErrors.Number(error).ShouldBe(1062);
        MySqlErrors.IsDuplicateKey(error).ShouldBeTrue();
        MySqlErrors.IsTransient(error).ShouldBeFalse();
    }

    [Fact]
    public async Task a_deadlock_of_two_connections_is_1213_also_under_a_wrapper()
    {
        var error = await DeadlockAsync(await plain.TableAsync("id INT PRIMARY KEY, n INT"));

        MySqlErrors.Number(error).ShouldBe(1213);
        MySqlErrors.IsDeadlock(new InvalidOperationException("outer", new AggregateException(new InvalidOperationException("other"), error))).ShouldBeTrue();
        MySqlErrors.IsTransient(error).ShouldBeTrue();
        MySqlErrors.IsDuplicateKey(error).ShouldBeFalse();
    }

    [Fact]
    public async Task a_lock_not_granted_is_1205()
    {
        var table = await plain.TableAsync("id INT PRIMARY KEY, n INT");
        await plain.ExecuteAsync($"INSERT INTO {table} VALUES (1, 0)");
        await using var holder = await plain.Database.OpenAsync(default);
        await using var transaction = await holder.BeginTransactionAsync();
        await holder.ExecuteAsync($"UPDATE {table} SET n = 1", transaction: transaction);
        await using var waiter = await plain.Database.OpenDedicatedAsync(default);
        await waiter.ExecuteAsync("SET SESSION innodb_lock_wait_timeout = 1");

        var error = await Should.ThrowAsync<Exception>(() => waiter.ExecuteAsync($"UPDATE {table} SET n = 2"));

        MySqlErrors.Number(error).ShouldBe(1205);
        MySqlErrors.IsLockTimeout(error).ShouldBeTrue();
        MySqlErrors.IsTransient(error).ShouldBeTrue();
    }

    [Fact]
    public async Task a_wrong_password_is_1045_and_its_text_has_no_password()
    {
        var name = "u" + Guid.NewGuid().ToString("n")[..10];
        await plain.ExecuteAsync($"CREATE USER {name}@'%' IDENTIFIED BY 'right', {name}@'localhost' IDENTIFIED BY 'right'");
        try
        {
            await using var database = new MySqlDatabase(plain.With($"User ID={name}", "Password=wr0ng"), maxPoolSize: 1);

            var error = await Should.ThrowAsync<Exception>(async () => await database.OpenAsync(default));

            MySqlErrors.Number(error).ShouldBe(1045);
            MySqlErrors.IsAccessDenied(error).ShouldBeTrue();
            MySqlErrors.IsTransient(error).ShouldBeFalse();
            error.ToString().ShouldNotContain("wr0ng");
        }
        finally
        {
            await plain.ExecuteAsync($"DROP USER {name}@'%', {name}@'localhost'");
        }
    }

    [Fact]
    public async Task a_missing_database_is_1049()
    {
        await using var database = new MySqlDatabase(plain.With("Database=no_such_database"), maxPoolSize: 1);

        var error = await Should.ThrowAsync<Exception>(async () => await database.OpenAsync(default));

        MySqlErrors.Number(error).ShouldBe(1049);
        MySqlErrors.IsUnknownDatabase(error).ShouldBeTrue();
        MySqlErrors.IsUnreachable(error).ShouldBeFalse();
    }

    [Fact]
    public async Task a_port_nobody_listens_on_is_unreachable()
    {
        await using var database = new MySqlDatabase(plain.With("Port=1"), maxPoolSize: 1);

        var error = await Should.ThrowAsync<Exception>(async () => await database.OpenAsync(default));

        MySqlErrors.IsUnreachable(error).ShouldBeTrue(error.ToString());
        MySqlErrors.IsTransient(error).ShouldBeTrue();
        MySqlErrors.IsConnectionLost(error).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1047)]
    [InlineData(1180)]
    public async Task a_session_whose_node_has_lost_its_cluster_is_not_used_again(int refusal)
    {
        await using var database = new MySqlDatabase(plain.ConnectionString, maxPoolSize: 1);
        int refused;
        await using (var connection = await database.OpenAsync(default))
        {
            refused = connection.ServerThreadId;
            var error = await Should.ThrowAsync<Exception>(
                () => connection.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"SIGNAL SQLSTATE '08S01' SET MYSQL_ERRNO = {refusal}")));
            MySqlErrors.IsUnreachable(error).ShouldBeTrue();
            MySqlErrors.IsTransient(error).ShouldBeTrue();
        }

        await using var next = await database.OpenAsync(default);

        next.ServerThreadId.ShouldNotBe(refused);
    }

    [Fact]
    public async Task an_error_leaves_the_connection_usable()
    {
        await using var connection = await plain.Database.OpenAsync(default);

        await Should.ThrowAsync<Exception>(() => connection.ExecuteAsync("SELECT nonsense FROM nowhere"));

        (await connection.ExecuteScalarAsync<int>("SELECT 3")).ShouldBe(3);
    }

    [Fact]
    public async Task a_retried_unit_of_work_survives_real_deadlocks()
    {
        var table = await plain.TableAsync("id INT PRIMARY KEY, n INT");
        await plain.ExecuteAsync($"INSERT INTO {table} SELECT seq, 0 FROM seq_1_to_4");

        async Task<int> MoveAsync(int from, int to) => await MySqlRetry.RunAsync(
            async ct =>
            {
                await using var connection = await plain.Database.OpenAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                await connection.ExecuteAsync($"UPDATE {table} SET n = n - 1 WHERE id = @from", new { from }, transaction);
                await Task.Delay(20, ct);
                var rows = await connection.ExecuteAsync($"UPDATE {table} SET n = n + 1 WHERE id = @to", new { to }, transaction);
                await transaction.CommitAsync(ct);
                return rows;
            },
            TimeProvider.System, null, default);

        var moves = new[] { MoveAsync(1, 2), MoveAsync(2, 1), MoveAsync(3, 4), MoveAsync(4, 3) };

        (await Task.WhenAll(moves)).ShouldAllBe(rows => rows == 1);
        (await plain.ScalarAsync<long>($"SELECT SUM(ABS(n)) FROM {table}")).ShouldBe(0);
    }

    [Fact]
    public async Task a_retry_is_bounded_and_leaves_other_errors_alone()
    {
        var attempts = 0;
        var lost = new ConnectionLostException("gone");

        var error = await Should.ThrowAsync<ConnectionLostException>(
            () => MySqlRetry.RunAsync<int>(_ => { attempts++; throw lost; }, new HurriedTime(), null, default));

        error.ShouldBeSameAs(lost);
        attempts.ShouldBe(9);

        attempts = 0;
        await Should.ThrowAsync<InvalidOperationException>(
            () => MySqlRetry.RunAsync<int>(_ => { attempts++; throw new InvalidOperationException(); }, TimeProvider.System, null, default));
        attempts.ShouldBe(1);
    }

    [Fact]
    public async Task a_unit_of_work_that_was_told_to_stop_ends_as_stopped_whatever_the_database_said_meanwhile()
    {
        using var stop = new CancellationTokenSource();
        var lost = new ConnectionLostException("gone");

        var error = await Record.ExceptionAsync(
            () => MySqlRetry.RunAsync<int>(async _ => { await stop.CancelAsync(); throw lost; }, TimeProvider.System, null, stop.Token));

        error.ShouldBeOfType<OperationCanceledException>().InnerException.ShouldBeSameAs(lost);
    }

    private async Task<Exception> DeadlockAsync(string table)
    {
        await plain.ExecuteAsync($"INSERT INTO {table} VALUES (1, 0), (2, 0)");
        await using var one = await plain.Database.OpenAsync(default);
        await using var two = await plain.Database.OpenAsync(default);
        await using var first = await one.BeginTransactionAsync();
        await using var second = await two.BeginTransactionAsync();
        await one.ExecuteAsync($"UPDATE {table} SET n = 1 WHERE id = 1", transaction: first);
        await two.ExecuteAsync($"UPDATE {table} SET n = 1 WHERE id = 2", transaction: second);
        var crossing = one.ExecuteAsync($"UPDATE {table} SET n = 1 WHERE id = 2", transaction: first);
        var back = two.ExecuteAsync($"UPDATE {table} SET n = 1 WHERE id = 1", transaction: second);
        await Task.WhenAll(crossing, back).ContinueWith(_ => { }, TaskScheduler.Default);
        return (crossing.Exception ?? back.Exception).ShouldNotBeNull();
    }

    /// <summary>Every wait is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
