using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>Text is looked for where it can be, and found wherever it is.</summary>
public sealed class JobSearchTests : JobsTests
{
    private readonly List<Row> _rows = [];

    [Fact]
    public async Task A_text_finds_the_jobs_it_would_be_found_in_by_reading_all_of_them()
    {
        for (var round = 0; round < 3; round++)
        {
            await AddAsync("{}", null, "schedule:collect", "SUCCEEDED");
            await AddAsync("{}", null, "schedule:rollup", round == 0 ? "ENQUEUED" : "SUCCEEDED");
        }

        await AddAsync("{}", "Upstream was silent.", "schedule:collect", "FAILED");
        await AddAsync("""{"depth":"DAILY"}""", null, "schedule:quality-daily", "SUCCEEDED");
        await AddAsync("{}", null, "alice", "SUCCEEDED");
        await AddAsync("""{"why":"collect them"}""", null, "bob", "CANCELLED");
        var reads = new JobReads(Test.Database, new JobCounts(new ManualTime()));

        foreach (var text in (string[])["collect", "schedule", "l", "rollup", "silent", "DAILY", "daily", "alice", "bob", "them", "{", "{}", "}\"", "%", "nobody", _rows[0].Id, _rows[^1].Id])
        {
            foreach (var state in (JobState?[])[null, JobState.Succeeded])
            {
                var expected = _rows.Where(r => r.Has(text) && (state is null || r.State == state.Value.ToUpperSnake())).Select(r => r.Id).OrderDescending(StringComparer.Ordinal).ToList();

                var (jobs, total, _) = await reads.ListAsync(new JobFilter(state, null, null, text), null, 2, 1, CancellationToken.None);

                total.ShouldBe(expected.Count, text);
                jobs.Select(j => j.Id.ToString()).ShouldBe(expected.Skip(1).Take(2), text);
            }
        }
    }

    private async Task AddAsync(string payload, string? error, string by, string state)
    {
        var row = new Row(JobId.New(DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(_rows.Count)).ToString(), payload, error, by, state);
        _rows.Add(row);
        await ScalarAsync<int>(
            """
            INSERT INTO jobs (job_id, job_name, queue, state, payload, last_error, priority, max_attempts, created_by, created_at, finished_at)
            VALUES (@Id, 'test', 'test', @State, @Payload, @Error, 0, 1, @By, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """,
            row);
    }

    private sealed record Row(string Id, string Payload, string? Error, string By, string State)
    {
        public bool Has(string text) => Id == text || Payload.Contains(text, StringComparison.Ordinal) || By.Contains(text, StringComparison.Ordinal) || Error?.Contains(text, StringComparison.Ordinal) == true;
    }
}
