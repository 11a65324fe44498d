using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class JobCountsTests : JobsTests
{
    [Fact]
    public async Task Succeeded_jobs_are_counted_once_an_hour_and_from_then_on_and_none_is_missed_or_counted_twice()
    {
        var time = new ManualTime();
        var counts = new JobCounts(time);
        await AddAsync(5, "SUCCEEDED", 120);
        await AddAsync(2, "SUCCEEDED", 0);
        await AddAsync(3, "FAILED", 120);

        (await ReadAsync(counts)).ShouldBe((7, 3, 0));
        await AddAsync(4, "SUCCEEDED", 0);
        (await ReadAsync(counts)).ShouldBe((11, 3, 0));

        // As if the minute had gone by: they move from those that are counted each time to those that are not.
        await ScalarAsync<int>("UPDATE jobs SET finished_at = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE finished_at > UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            (await ReadAsync(counts)).ShouldBe((11, 3, 0));
        }

        await ScalarAsync<int>("DELETE FROM jobs WHERE state = 'SUCCEEDED'");
        time.Advance(TimeSpan.FromHours(1));
        (await ReadAsync(counts)).ShouldBe((0, 3, 0));
    }

    private async Task<(long Succeeded, long Failed, long Running)> ReadAsync(JobCounts counts)
    {
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        var states = await counts.ReadAsync(connection, CancellationToken.None);
        return (states[JobState.Succeeded], states.GetValueOrDefault(JobState.Failed), states.GetValueOrDefault(JobState.Running));
    }

    private async Task AddAsync(int jobs, string state, int secondsAgo)
    {
        for (var i = 0; i < jobs; i++)
        {
            await ScalarAsync<int>(
                $"""
                INSERT INTO jobs (job_id, job_name, queue, state, payload, priority, max_attempts, created_by, created_at, finished_at)
                VALUES (@id, 'test', 'test', '{state}', '{"{}"}', 0, 1, 'test', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) - INTERVAL {secondsAgo} SECOND)
                """,
                new { id = Guid.NewGuid().ToString("n") });
        }
    }
}
