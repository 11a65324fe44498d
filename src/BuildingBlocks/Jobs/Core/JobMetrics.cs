using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>The jobs of all nodes that are to be done, or failed. The finished ones are history: counting them would take longer every day.</summary>
internal sealed class JobMetrics(MySqlDatabase database) : IMetricSource
{
    private static readonly JobState[] Shown = [JobState.Enqueued, JobState.Scheduled, JobState.Running, JobState.Failed];

    public string Name => "jobs";

    public async ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var jobs = (await connection.QueryAsync<(string State, long Jobs)>(new CommandDefinition(
            Count, new { States = Shown.Select(s => s.Text()) }, cancellationToken: cancellationToken))).ToDictionary(r => r.State, r => r.Jobs);
        foreach (var state in Shown)
        {
            writer.Gauge("themepark_jobs", "Jobs of all nodes by state.", jobs.GetValueOrDefault(state.Text()), ("state", state.Text()));
        }
    }

    private const string Count =
        """
        SELECT state, COUNT(*)
        FROM jobs
        WHERE state IN @States
        GROUP BY state
        """;
}
