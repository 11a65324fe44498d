using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>What the nodes saw of themselves, minute by minute.</summary>
internal sealed class NodeMinutes(MySqlDatabase database)
{
    public const int DaysKept = 30;

    // Ten nodes for a week.
    private const int MostRead = 100_800;

    // Short transactions: nodes write beside it.
    private const int PrunedAtOnce = 5_000;
    private const int MostRounds = 100;

    public async Task AddAsync(NodeMinute minute, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Insert,
            new
            {
                minute.EndedAt,
                minute.Node,
                minute.Seconds,
                ApiRequests = minute.Api?.Requests,
                ApiErrors = minute.Api?.Errors,
                ApiP95Ms = minute.Api?.P95Ms,
                ApiTimes = minute.Api?.Times.ToString(),
                PageRequests = minute.Pages?.Requests,
                PageErrors = minute.Pages?.Errors,
                PageP95Ms = minute.Pages?.P95Ms,
                PageTimes = minute.Pages?.Times.ToString(),
                minute.CpuPercent,
                minute.RssBytes,
                minute.MemoryBytes,
                minute.LogErrors,
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>Those that ended after <paramref name="from"/> and not after <paramref name="to"/> (UTC), of all nodes; of too many, the newest.</summary>
    public async Task<NodeWindow> WindowAsync(DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(Select, new { From = from, To = to, Most = MostRead }, cancellationToken: cancellationToken));
        return NodeWindow.Of([.. rows.Select(r => r.Minute())]);
    }

    /// <summary>Forgets what is older than <see cref="DaysKept"/>.</summary>
    public async Task<int> PruneAsync(DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var gone = 0;
        for (var round = 0; round < MostRounds; round++)
        {
            var deleted = await connection.ExecuteAsync(new CommandDefinition(
                Delete, new { Before = now.AddDays(-DaysKept), Most = PrunedAtOnce }, cancellationToken: cancellationToken));
            gone += deleted;
            if (deleted < PrunedAtOnce)
            {
                break;
            }
        }

        return gone;
    }

    private sealed class Row
    {
        public string Node { get; init; } = "";
        public DateTime EndedAt { get; init; }
        public double Seconds { get; init; }
        public long? ApiRequests { get; init; }
        public long? ApiErrors { get; init; }
        public string? ApiTimes { get; init; }
        public long? PageRequests { get; init; }
        public long? PageErrors { get; init; }
        public string? PageTimes { get; init; }
        public double CpuPercent { get; init; }
        public long RssBytes { get; init; }
        public long? MemoryBytes { get; init; }
        public long LogErrors { get; init; }

        public NodeMinute Minute() => new(
            Node, EndedAt, Seconds, Http(ApiRequests, ApiErrors, ApiTimes), Http(PageRequests, PageErrors, PageTimes), CpuPercent, RssBytes, MemoryBytes, LogErrors);

        private static HttpFigures? Http(long? requests, long? errors, string? times) =>
            requests is { } answered && errors is { } failed && times is not null ? new HttpFigures(answered, failed, TimeHistogram.Parse(times)) : null;
    }

    // A lost answer to a COMMIT may make it come twice.
    private const string Insert =
        """
        INSERT INTO node_minutes (
            ended_at, node, seconds, api_requests, api_errors, api_p95_ms, api_times, page_requests, page_errors, page_p95_ms, page_times,
            cpu_percent, rss_bytes, memory_bytes, log_errors)
        VALUES (
            @EndedAt, @Node, @Seconds, @ApiRequests, @ApiErrors, @ApiP95Ms, @ApiTimes, @PageRequests, @PageErrors, @PageP95Ms, @PageTimes,
            @CpuPercent, @RssBytes, @MemoryBytes, @LogErrors)
        ON DUPLICATE KEY UPDATE seconds = VALUES(seconds)
        """;

    private const string Select =
        """
        SELECT
            node AS Node, ended_at AS EndedAt, seconds AS Seconds, api_requests AS ApiRequests, api_errors AS ApiErrors, api_times AS ApiTimes,
            page_requests AS PageRequests, page_errors AS PageErrors, page_times AS PageTimes, cpu_percent AS CpuPercent, rss_bytes AS RssBytes,
            memory_bytes AS MemoryBytes, log_errors AS LogErrors
        FROM node_minutes
        WHERE ended_at > @From
          AND ended_at <= @To
        ORDER BY ended_at DESC
        LIMIT @Most
        """;

    private const string Delete =
        """
        DELETE FROM node_minutes
        WHERE ended_at < @Before
        ORDER BY ended_at
        LIMIT @Most
        """;
}
