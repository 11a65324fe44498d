using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class StateMachineTests : JobsTests
{
    [Fact]
    public async Task A_job_succeeds_and_leaves_its_attempt_progress_and_log()
    {
        await using var node = await StartAsync();
        node.Script.On("import", async (run, ct) =>
        {
            run.Attempt.ShouldBe(1);
            run.Recovered.ShouldBeFalse();
            run.Log(LogLevel.Information, "first");
            run.Progress(0.25, "one of four");
            (await node.GetAsync(run.Id)).State.ShouldBe(JobState.Running);
            run.Log(LogLevel.Warning, "second");
            run.Progress(2, "four of four");
        });

        var id = await node.EnqueueAsync("import", new JobOptions { By = "ada" });

        var job = await node.UntilAsync(id, JobState.Succeeded);
        (job.Name, job.Queue, job.CreatedBy, job.Attempts, job.RunNo, job.Owner).ShouldBe(("test.work.v1", "default", "ada", 0, 1, null));
        (job.Progress, job.ProgressNote).ShouldBe((1d, "four of four"));
        job.StartedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(job.CreatedAt);
        job.FinishedAt.ShouldNotBeNull().Kind.ShouldBe(DateTimeKind.Utc);
        (await AttemptsAsync(node, id)).ShouldHaveSingleItem().Outcome.ShouldBe(AttemptOutcome.Succeeded);
        var lines = await node.Jobs.LogAsync(id, 0, 10, CancellationToken.None);
        lines.Select(line => (line.RunNo, line.Level, line.Text)).ShouldBe([(1, LogLevel.Information, "first"), (1, LogLevel.Warning, "second")]);
        (await node.Jobs.LogAsync(id, lines[0].LineId, 10, CancellationToken.None)).ShouldHaveSingleItem().Text.ShouldBe("second");
    }

    [Fact]
    public async Task Progress_and_log_can_be_read_while_the_job_runs()
    {
        await using var node = await StartAsync();
        var go = Signal();
        node.Script.On("slow", async (run, ct) =>
        {
            run.Log(LogLevel.Information, "live");
            run.Progress(0.5, "half");
            await go.Task.WaitAsync(ct);
        });

        var id = await node.EnqueueAsync("slow");

        await Eventually.TrueAsync(async () => (await node.GetAsync(id)).Progress == 0.5, 4);
        (await node.Jobs.LogAsync(id, 0, 10, CancellationToken.None)).ShouldHaveSingleItem().Text.ShouldBe("live");
        (await node.GetAsync(id)).State.ShouldBe(JobState.Running);
        go.SetResult();
        await node.UntilAsync(id, JobState.Succeeded);
    }

    [Fact]
    public async Task A_run_that_throws_is_tried_again_after_growing_delays_and_then_fails()
    {
        await using var node = await StartAsync();
        var begun = new List<long>();
        node.Script.On("broken", (run, _) =>
        {
            begun.Add(Stopwatch.GetTimestamp());
            throw new InvalidOperationException($"try {run.Attempt}");
        });

        var id = await node.EnqueueAsync("broken");

        var job = await node.UntilAsync(id, JobState.Failed);
        job.Attempts.ShouldBe(3);
        job.LastError.ShouldNotBeNull().ShouldContain("try 3");
        Stopwatch.GetElapsedTime(begun[0], begun[1]).ShouldBeInRange(TimeSpan.FromMilliseconds(290), TimeSpan.FromSeconds(2));
        Stopwatch.GetElapsedTime(begun[1], begun[2]).ShouldBeInRange(TimeSpan.FromMilliseconds(590), TimeSpan.FromSeconds(3));
        var attempts = await AttemptsAsync(node, id);
        attempts.Select(a => (a.RunNo, a.Attempt, a.Outcome)).ShouldBe(
            [(1, 1, AttemptOutcome.Failed), (2, 2, AttemptOutcome.Failed), (3, 3, AttemptOutcome.Failed)]);
    }

    [Fact]
    public async Task A_retry_that_works_ends_in_success()
    {
        await using var node = await StartAsync();
        node.Script.On("flaky", (run, _) => run.Attempt < 2 ? throw new InvalidOperationException("not yet") : Task.CompletedTask);

        var id = await node.EnqueueAsync("flaky");

        var job = await node.UntilAsync(id, JobState.Succeeded);
        (job.Attempts, job.RunNo).ShouldBe((1, 2));
        job.LastError.ShouldNotBeNull().ShouldContain("not yet");
    }

    [Fact]
    public async Task A_permanent_failure_is_not_tried_again_until_somebody_asks()
    {
        await using var node = await StartAsync();
        var broken = true;
        node.Script.On("refused", (_, _) => broken ? throw new JobFailedException("no such destination", permanent: true) : Task.CompletedTask);

        var id = await node.EnqueueAsync("refused");

        var failed = await node.UntilAsync(id, JobState.Failed);
        (failed.Attempts, failed.LastError).ShouldBe((1, "no such destination"));
        broken = false;
        (await node.Jobs.RetryAsync(id, "ada", CancellationToken.None)).ShouldBeTrue();
        (await node.UntilAsync(id, JobState.Succeeded)).RunNo.ShouldBe(2);
        (await node.Jobs.RetryAsync(id, "ada", CancellationToken.None)).ShouldBeFalse();
        (await node.Jobs.LogAsync(id, 0, 10, CancellationToken.None)).ShouldHaveSingleItem().Text.ShouldBe("Retried by ada");
    }

    [Fact]
    public async Task An_unasked_cancellation_is_a_failure_like_any_other()
    {
        await using var node = await StartAsync();
        node.Script.On("timeout", (_, _) => throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout."));

        var id = await node.EnqueueAsync("timeout", new JobOptions { Retries = 0 });

        (await node.UntilAsync(id, JobState.Failed)).LastError.ShouldNotBeNull().ShouldContain("HttpClient.Timeout");
    }

    [Fact]
    public async Task A_scheduled_job_starts_at_its_time_and_not_before()
    {
        await using var node = await StartAsync();
        await node.UntilAsync(await node.EnqueueAsync("warm-up"), JobState.Succeeded);
        DateTimeOffset? begun = null;
        node.Script.On("later", (_, _) =>
        {
            begun = DateTimeOffset.UtcNow;
            return Task.CompletedTask;
        });

        var at = DateTimeOffset.UtcNow.AddSeconds(2);
        var id = await node.Jobs.ScheduleAsync(new Work("later"), at, null, null, CancellationToken.None);

        (await node.GetAsync(id)).State.ShouldBe(JobState.Scheduled);
        await node.UntilAsync(id, JobState.Succeeded);
        (begun.ShouldNotBeNull() - at).ShouldBeInRange(TimeSpan.FromMilliseconds(-2), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_waiting_job_is_cancelled_at_once_and_never_runs()
    {
        await using var node = await StartAsync();
        var id = await node.Jobs.ScheduleAsync(new Work("never"), DateTimeOffset.UtcNow.AddSeconds(2), null, null, CancellationToken.None);

        (await node.Jobs.CancelAsync(id, "ada", "not needed", CancellationToken.None)).ShouldBeTrue();

        var job = await node.GetAsync(id);
        (job.State, job.CancelRequestedBy, job.CancelReason).ShouldBe((JobState.Cancelled, "ada", "not needed"));
        (await node.Jobs.CancelAsync(id, "bob", null, CancellationToken.None)).ShouldBeFalse();
        await Task.Delay(TimeSpan.FromSeconds(3));
        node.Script.Begun.ShouldBeEmpty();
        (await node.Jobs.CancelAsync(JobId.New(DateTimeOffset.UtcNow), "bob", null, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cancelled_job_that_was_scheduled_far_ahead_runs_at_once_when_retried()
    {
        await using var node = await StartAsync();
        var id = await node.Jobs.ScheduleAsync(new Work("far"), DateTimeOffset.UtcNow.AddDays(9), null, null, CancellationToken.None);
        await Eventually.TrueAsync(async () => await ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_TRIGGERS") == 1);
        await node.Jobs.CancelAsync(id, "ada", null, CancellationToken.None);

        (await node.Jobs.RetryAsync(id, "ada", CancellationToken.None)).ShouldBeTrue();

        await node.UntilAsync(id, JobState.Succeeded, 5);
    }

    [Fact]
    public async Task A_running_job_is_cancelled_from_another_node_within_two_seconds()
    {
        var begun = Signal();
        await using var worker = await StartAsync(name: "worker");
        worker.Script.On("long", UntilStopped(begun));
        await using var web = await StartAsync(name: "web", settings: ("Enabled", "false"));
        var id = await web.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        (await web.Jobs.CancelAsync(id, "ada", "wrong year", CancellationToken.None)).ShouldBeTrue();

        (await web.UntilAsync(id, JobState.Cancelled, 2.5)).CancelReason.ShouldBe("wrong year");
        (await AttemptsAsync(web, id)).ShouldHaveSingleItem().Outcome.ShouldBe(AttemptOutcome.Cancelled);
    }

    [Fact]
    public async Task A_job_that_fails_after_its_cancel_was_requested_is_cancelled_not_retried()
    {
        var begun = Signal();
        await using var node = await StartAsync();
        node.Script.On("grumpy", async (_, ct) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            throw new InvalidOperationException("interrupted");
        });
        var id = await node.EnqueueAsync("grumpy");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await node.Jobs.CancelAsync(id, "ada", null, CancellationToken.None);

        (await node.UntilAsync(id, JobState.Cancelled)).LastError.ShouldNotBeNull().ShouldContain("interrupted");
    }

    [Fact]
    public async Task A_payload_of_any_size_and_script_arrives_unchanged()
    {
        await using var node = await StartAsync();
        var text = string.Concat(Enumerable.Repeat("Große Achterbahn 🎢 \\ ' \0 ", 20_000));
        string? arrived = null;
        node.Script.On("large", (_, work, _) =>
        {
            arrived = work.Text;
            return Task.CompletedTask;
        });

        var id = await node.Jobs.EnqueueAsync(new Work("large", text), null, null, CancellationToken.None);

        await node.UntilAsync(id, JobState.Succeeded);
        arrived.ShouldBe(text);
        (await node.GetAsync(id)).Payload.Length.ShouldBeGreaterThan(400_000);
    }

    [Fact]
    public async Task Higher_priority_runs_first_when_there_is_one_worker()
    {
        var begun = Signal();
        var go = Signal();
        await using var node = await StartAsync(settings: ("Workers", "1"));
        node.Script.On("blocker", async (_, ct) =>
        {
            begun.TrySetResult();
            await go.Task.WaitAsync(ct);
        });
        await node.EnqueueAsync("blocker");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await node.EnqueueAsync("low", new JobOptions { Priority = 1 });
        await node.EnqueueAsync("normal");
        var last = await node.EnqueueAsync("high", new JobOptions { Priority = 9 });
        await Eventually.TrueAsync(async () => await ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_TRIGGERS WHERE TRIGGER_STATE = 'WAITING'") == 3);

        go.SetResult();

        await node.UntilAsync(last, JobState.Succeeded);
        await Eventually.TrueAsync(() => Task.FromResult(node.Script.Done.Count == 4));
        node.Script.Begun.Select(b => b.Name).ShouldBe(["blocker", "high", "normal", "low"]);
    }
}
