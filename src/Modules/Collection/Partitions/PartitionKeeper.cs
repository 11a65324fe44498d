using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Partitions;

/// <summary>Makes the monthly partitions of the three row tables, one process at a time.</summary>
internal sealed class PartitionKeeper(MySqlDatabase database, TimeProvider clock, ILogger<PartitionKeeper> logger)
{
    private const int MonthsAhead = 3;
    private static readonly string[] Tables = ["ride_status_snapshots", "queue_data", "show_times"];

    public async Task<int> EnsureAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var ahead = today.AddMonths(MonthsAhead);
        var from = first < today ? first : today;
        var to = last > ahead ? last : ahead;
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        if (await MissingAsync(connection, from, to, cancellationToken) is { Count: 0 })
        {
            return 0;
        }

        // DDL waits for running transactions of the tables; two hosts must not both split the same partition.
        if (await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
                TakeLock, new { Name = LockName, Seconds = 60 }, cancellationToken: cancellationToken)) != 1)
        {
            throw new TimeoutException("Another process has been making partitions for a minute.");
        }

        var added = 0;
        foreach (var (statements, count) in await MissingAsync(connection, from, to, cancellationToken))
        {
            foreach (var statement in statements)
            {
                await connection.ExecuteAsync(new CommandDefinition(statement, commandTimeout: 600, cancellationToken: cancellationToken));
            }

            added += count;
        }

        logger.LogInformation("Made {Count} monthly partitions up to {Last:yyyy-MM-dd}", added, to);
        return added;
    }

    /// <summary>Monthly partitions that there should be from this month on, over all tables, and are not.</summary>
    public async Task<int> CountMissingAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await MissingAsync(connection, today, today.AddMonths(MonthsAhead), cancellationToken)).Sum(p => p.Added);
    }

    private static async Task<IReadOnlyList<(IReadOnlyList<string> Statements, int Added)>> MissingAsync(
        SafeMySqlConnection connection, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Table, string Name)>(new CommandDefinition(
            SelectPartitions, new { Tables }, cancellationToken: cancellationToken));
        var byTable = rows.ToLookup(r => r.Table, r => PartitionPlan.MonthOf(r.Name));
        var plans = new List<(IReadOnlyList<string>, int)>();
        foreach (var table in Tables)
        {
            var months = byTable[table].OfType<DateOnly>().Order().ToList();
            var plan = PartitionPlan.For(table, months, from, to);
            if (plan.Added > 0)
            {
                plans.Add(plan);
            }
        }

        return plans;
    }

    private const string LockName = "themepark.partitions";

    private const string TakeLock = "SELECT GET_LOCK(@Name, @Seconds)";

    private const string SelectPartitions =
        """
        SELECT table_name, partition_name
        FROM information_schema.partitions
        WHERE table_schema = DATABASE()
          AND table_name IN @Tables
          AND partition_name IS NOT NULL
        """;
}
