using Dapper;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class StartDelayTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    [Theory]
    [InlineData(null, 3600)]
    [InlineData(30, 30)]
    public async Task A_job_is_delayed_since_it_was_due_and_not_since_it_was_asked_for_ahead_of_time(int? dueSecondsAgo, int atLeast)
    {
        var id = JobId.New(TimeProvider.System.GetUtcNow());
        await using (var connection = await fixture.Database.OpenAsync(default))
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO jobs (job_id, job_name, queue, state, payload, priority, max_attempts, not_before, created_by, created_at)
                VALUES (@Id, 'test.work.v1', 'default', 'ENQUEUED', '{}', 5, 1, UTC_TIMESTAMP(3) - INTERVAL @Due SECOND, 'test', UTC_TIMESTAMP(3) - INTERVAL 1 HOUR)
                """,
                new { Id = id.ToString(), Due = dueSecondsAgo });
        }

        var run = (await new JobStore(fixture.Database).ClaimAsync(id, "owner", "node", default)).ShouldNotBeNull();

        run.Delay.ShouldBeInRange(TimeSpan.FromSeconds(atLeast), TimeSpan.FromSeconds(atLeast + 1200));
    }
}
