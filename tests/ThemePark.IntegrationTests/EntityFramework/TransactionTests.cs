using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Shouldly;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

public sealed class TransactionTests(ParkFixture park) : IClassFixture<ParkFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_transaction_spans_contexts_and_dapper(bool commit)
    {
        var name = $"shared {commit}";
        await using (var connection = await park.Database.OpenAsync(CancellationToken.None))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("INSERT INTO parks (name) VALUES (@name)", new { name }, transaction);
            foreach (var _ in Enumerable.Range(0, 2))
            {
                await using var context = new ParkContext(ParkFixture.Builder().UseMySql(connection, park.Server).Options);
                await context.Database.UseTransactionAsync(transaction);
                context.Add(new Park { Name = name });
                await context.SaveChangesAsync();
            }

            (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM parks WHERE name = @name", new { name }, transaction)).ShouldBe(3);
            if (commit)
            {
                await transaction.CommitAsync();
            }
        }

        await using var other = park.Context();
        (await other.Parks.CountAsync(p => p.Name == name)).ShouldBe(commit ? 3 : 0);
    }

    [Fact]
    public async Task Dapper_joins_a_transaction_that_ef_began()
    {
        await using var context = park.Context();
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            context.Add(new Park { Name = "ef began" });
            await context.SaveChangesAsync();
            var counted = await context.Database.GetDbConnection()
                .ExecuteScalarAsync<long>("SELECT COUNT(*) FROM parks WHERE name = 'ef began'", transaction: transaction.GetDbTransaction());
            counted.ShouldBe(1);
        }

        (await context.Parks.AnyAsync(p => p.Name == "ef began")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_transaction_outlives_a_save_that_failed()
    {
        await using var context = park.Context();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.Add(new Ticket { Code = "kept" });
        await context.SaveChangesAsync();
        context.AddRange(new Ticket { Code = "lost" }, new Ticket { Code = "kept" });
        await Should.ThrowAsync<DbUpdateException>(() => context.SaveChangesAsync());
        context.ChangeTracker.Clear();
        context.Add(new Ticket { Code = "after" });
        await context.SaveChangesAsync();
        await transaction.CommitAsync();
        (await context.Tickets.Select(t => t.Code).OrderBy(c => c).ToListAsync()).ShouldBe(["after", "kept"]);
    }

    [Fact]
    public async Task A_lost_connection_is_retried_where_the_context_asks_for_it()
    {
        await using var patient = Dying(out var deaths, retry: true);
        (await patient.Parks.CountAsync(p => p.Name == "Alton")).ShouldBe(1);
        deaths().ShouldBe(1);
        await using var plain = Dying(out _, retry: false);
        MySqlErrors.IsConnectionLost(await Should.ThrowAsync<Exception>(() => plain.Parks.CountAsync())).ShouldBeTrue();
    }

    [Fact]
    public async Task A_query_ends_when_its_token_does()
    {
        await using var context = park.Context();
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => context.Database.SqlQuery<int>($"SELECT SLEEP(20) AS Value").ToListAsync(impatience.Token));
        (await context.Parks.CountAsync(p => p.Name == "Alton")).ShouldBe(1);
    }

    [Fact]
    public async Task Contexts_share_the_pool_of_their_connection_string()
    {
        var threads = new HashSet<int>();
        for (var i = 0; i < 5; i++)
        {
            await using var context = park.Context();
            await context.Database.OpenConnectionAsync();
            threads.Add(((SafeMySqlConnection)context.Database.GetDbConnection()).ServerThreadId);
        }

        threads.Count.ShouldBe(1);
    }

    private ParkContext Dying(out Func<int> deaths, bool retry)
    {
        var killer = new Killer(park);
        deaths = () => killer.Deaths;
        var builder = ParkFixture.Builder().AddInterceptors(killer)
            .UseMySql(park.Database.ConnectionString, park.Server, o => _ = retry ? o.EnableRetryOnFailure(3, TimeSpan.FromMilliseconds(50)) : o);
        return new ParkContext(builder.Options);
    }

    /// <summary>Kills the session of the first command it sees, just before it is sent.</summary>
    private sealed class Killer(ParkFixture park) : DbCommandInterceptor
    {
        public int Deaths { get; private set; }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (Deaths++ == 0)
            {
                await using var connection = await park.Database.OpenDedicatedAsync(cancellationToken);
                await connection.ExecuteAsync($"KILL {((SafeMySqlConnection)command.Connection!).ServerThreadId}");
            }
            else
            {
                Deaths = 1;
            }

            return result;
        }
    }
}
