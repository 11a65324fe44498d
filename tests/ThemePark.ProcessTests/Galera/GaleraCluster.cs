using System.Diagnostics;
using System.Globalization;
using Dapper;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.ProcessTests.Galera;

/// <summary>Three database nodes, and the one address that hosts know of them.</summary>
public sealed class GaleraCluster : IAsyncLifetime
{
    private readonly string _root = MariaDbServer.NewRoot();
    private ServerReaper? _reaper;
    private string _account = "";
    private Balancer? _balancer;
    private int _databases;

    public IReadOnlyList<GaleraNode> Nodes { get; private set; } = [];

    /// <summary>What hosts connect to.</summary>
    public Balancer Balancer => _balancer ?? throw new InvalidOperationException("xunit has not initialised this fixture.");

    private string Address => "gcomm://" + string.Join(',', Nodes.Select(n => n.GroupAddress));

    public async Task InitializeAsync()
    {
        var binaries = await MariaDbServer.FindAsync(CancellationToken.None);
        _reaper = ServerReaper.Start(_root);
        Nodes = [.. new[] { "db1", "db2", "db3" }.Select(name => new GaleraNode(binaries, _root, name))];
        await Nodes[0].FoundAsync(CancellationToken.None);
        _account = await Nodes[0].Directory.ConnectionStringAsync(Nodes[0].Port, CancellationToken.None);
        foreach (var node in Nodes.Skip(1))
        {
            await node.CopyAsync(Nodes[0], CancellationToken.None);
        }

        await Nodes[0].StartAsync("gcomm://", CancellationToken.None);
        await WholeAsync();
        _balancer = Balancer.Start(Nodes);
    }

    public async Task DisposeAsync()
    {
        if (_balancer is not null)
        {
            await _balancer.DisposeAsync();
        }

        if (_reaper is not null)
        {
            await _reaper.DisposeAsync();
        }
    }

    /// <summary>A database behind the address of the hosts.</summary>
    public Task<TestDatabase> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"g{++_databases}");
        return TestDatabase.CreateAsync(ConnectionString(Balancer.Port), name, OnServerAsync);
    }

    /// <summary>Starts what was killed, and waits until all three take part.</summary>
    public async Task WholeAsync()
    {
        var watch = Stopwatch.StartNew();
        // All at once: one that finds no majority waits for the others half a minute, and gives up.
        await Task.WhenAll(Nodes.Where(n => !n.Runs).Select(n => n.StartAsync(Address, CancellationToken.None)));

        foreach (var node in Nodes)
        {
            while (!await IsSyncedAsync(node))
            {
                if (watch.Elapsed > TimeSpan.FromSeconds(90))
                {
                    throw new TimeoutException($"{node.Name} does not take part again:\n{await node.Directory.EndOfLogAsync(CancellationToken.None)}");
                }

                await Task.Delay(100);
            }
        }
    }

    /// <summary>Every table of a database is on every node, with the same rows.</summary>
    public async Task ShouldHoldTheSameAsync(string database)
    {
        var first = await ChecksumsAsync(Nodes[0], database);
        first.Count.ShouldBeGreaterThan(30);
        foreach (var node in Nodes.Skip(1))
        {
            var its = await ChecksumsAsync(node, database);
            its.Except(first).Select(table => table.Table).ShouldBeEmpty($"{node.Name} and {Nodes[0].Name} differ.");
            its.Count.ShouldBe(first.Count);
        }
    }

    // Not CHECKSUM TABLE: of a stored generated column that is NULL it makes something else on each node.
    private async Task<IReadOnlyList<(string Table, long Rows, decimal Sum)>> ChecksumsAsync(GaleraNode node, string name)
    {
        await using var database = new MySqlDatabase(ConnectionString(node.Port, name), maxPoolSize: 1);
        await using var connection = await database.OpenAsync(CancellationToken.None);
        // A node may be behind; it is asked for what it has once it is not.
        await connection.ExecuteAsync("SET SESSION wsrep_sync_wait = 1");
        var columns = await connection.QueryAsync<(string Table, string Name)>(
            """
            SELECT c.table_name, c.column_name
            FROM information_schema.columns AS c
            JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
            WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
            ORDER BY c.table_name, c.ordinal_position
            """);
        var sums = new List<(string, long, decimal)>();
        foreach (var table in columns.GroupBy(c => c.Table, c => $"COALESCE(HEX(CONCAT({Identifier.Quote(c.Name)})), '~')"))
        {
            var (rows, sum) = await connection.QuerySingleAsync<(long, decimal)>(new CommandDefinition(
                $"SELECT COUNT(*), COALESCE(SUM(CRC32(CONCAT_WS('|', {string.Join(", ", table)}))), 0) FROM {Identifier.Quote(table.Key)}", commandTimeout: 60));
            sums.Add((table.Key, rows, sum));
        }

        return sums;
    }

    /// <summary>It has everything and takes writes.</summary>
    private async Task<bool> IsSyncedAsync(GaleraNode node)
    {
        try
        {
            await using var database = new MySqlDatabase(ConnectionString(node.Port), maxPoolSize: 1);
            await using var connection = await database.OpenAsync(CancellationToken.None);
            return (await connection.QuerySingleAsync<(string Name, string Value)>("SHOW GLOBAL STATUS LIKE 'wsrep_local_state_comment'")).Value == "Synced";
        }
        catch (Exception e) when (MySqlErrors.IsTransient(e))
        {
            return false;
        }
    }

    private async Task OnServerAsync(string sql)
    {
        await using var server = new MySqlDatabase(ConnectionString(Balancer.Port), maxPoolSize: 1);
        try
        {
            await using var connection = await server.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 60));
        }
        catch (Exception e) when (MySqlErrors.IsTransient(e) && sql.StartsWith("DROP", StringComparison.Ordinal))
        {
            // A test that leaves no majority has failed; its own reason is the one to show. The cluster goes with its class.
        }
    }

    private string ConnectionString(int port, string? database = null) => string.Create(
        CultureInfo.InvariantCulture, $"{_account};Port={port}{(database is null ? "" : $";Database={database}")}");
}
