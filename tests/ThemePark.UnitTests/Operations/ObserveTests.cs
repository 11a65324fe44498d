using System.Net;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Deploying;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Operations;

/// <summary>When a release counts as worse than the one before.</summary>
public sealed class ObserveTests
{
    private static readonly DateTime Now = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task A_release_that_answers_is_good()
    {
        var evidence = await ObserveAsync(_ => HttpStatusCode.OK, baseline: "3.0");

        int.Parse(evidence["requests"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(3);
        evidence["failed"].ShouldBe("0");
    }

    [Fact]
    public async Task One_answer_in_four_that_fails_is_too_many()
    {
        var error = await Should.ThrowAsync<DeployException>(() => ObserveAsync(path => path == "/api/search/index" ? HttpStatusCode.InternalServerError : HttpStatusCode.OK, "3.0"));

        error.Message.ShouldContain("(25.0 %); at most 1.0 % may");
        Runbook.ShouldExplain("DEPLOYMENT_FAILED", "switch.observe: … of … probes failed (… %); at most … % may. Everything was taken back.", "exit 1", Told(Steps.Observe, error));
    }

    [Fact]
    public async Task A_release_that_does_not_answer_at_all_is_not_observed_to_the_end()
    {
        var error = await Should.ThrowAsync<DeployException>(() => ObserveAsync(_ => throw new HttpRequestException("refused"), "3.0", seconds: 3600));

        error.Message.ShouldContain("12 of 12 probes failed");
    }

    [Fact]
    public async Task Five_times_slower_than_before_is_too_slow_unless_nobody_notices()
    {
        static HttpStatusCode Slow(string path)
        {
            Thread.Sleep(60);
            return HttpStatusCode.OK;
        }

        var error = await Should.ThrowAsync<DeployException>(() => ObserveAsync(Slow, baseline: "1.0"));
        error.Message.ShouldContain("it was 1.0 ms before");
        Runbook.ShouldExplain(
            "DEPLOYMENT_FAILED",
            "switch.observe: The 95th percentile of the probes is … ms; it was … ms before, and … times that is too slow. Everything was taken back.",
            "exit 1",
            Told(Steps.Observe, error));
        await ObserveAsync(Slow, baseline: "30.0");
        await ObserveAsync(_ => HttpStatusCode.OK, baseline: "0.001");
    }

    [Fact]
    public async Task Ready_once_and_gone_again_is_not_ready()
    {
        var asked = 0;
        HttpStatusCode Once(string path) => path == "/health/ready" && ++asked == 2 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable;

        var error = await Should.ThrowAsync<DeployException>(() => WithAsync(Once, "1.0", 1, (steps, run) => steps.ReadyAsync(run, CancellationToken.None)));

        asked.ShouldBe(3);
        Runbook.ShouldExplain(
            "DEPLOYMENT_FAILED", "switch.ready: …health/ready said that it was ready, and then no more. Everything was taken back.", "exit 1", Told(Steps.Ready, error));
    }

    [Fact]
    public async Task Jobs_that_are_not_handed_back_in_time_stop_a_deployment()
    {
        var drain = new Busy(3, 2, 2, 2);

        var error = await Should.ThrowAsync<DeployException>(() => PreflightSteps.DrainedAsync(drain, new DeployOptions { DrainSeconds = 1 }, CancellationToken.None));

        error.Message.ShouldStartWith("2 jobs ");
        Runbook.ShouldExplain(
            "DEPLOYMENT_FAILED", "preflight.drain: … jobs still run … s after they were told to hand back. Everything was taken back.", "exit 1", Told(Steps.Drain, error));
        (await PreflightSteps.DrainedAsync(new Busy(1, 0), new DeployOptions { DrainSeconds = 1 }, CancellationToken.None)).ShouldBe(0);
    }

    private static Task<IReadOnlyDictionary<string, string>> ObserveAsync(Func<string, HttpStatusCode> answer, string baseline, int seconds = 1) =>
        WithAsync(answer, baseline, seconds, (steps, run) => steps.ObserveAsync(run, CancellationToken.None));

    private static async Task<IReadOnlyDictionary<string, string>> WithAsync(
        Func<string, HttpStatusCode> answer, string baseline, int seconds, Func<SwitchSteps, DeployRun, Task<IReadOnlyDictionary<string, string>>> step)
    {
        using var http = new HttpClient(new Handler(answer));
        var options = Options.Create(new DeployOptions { ObserveSeconds = seconds });
        var journal = DeployJournal.Imagined(new DeploymentHead("x", Now, "one", "two", "me", null, false, false), new JournalLine(
            Now, Steps.Baseline, StepEvent.Done, 1, new Dictionary<string, string> { ["p95_ms"] = baseline }));
        var steps = new SwitchSteps(null!, null!, null!, new ServiceProbe(http, options, TimeProvider.System), options, TimeProvider.System);
        return await step(steps, new DeployRun(journal));
    }

    // What the deployment ends with.
    private static string Told(string step, DeployException error) => $"{step}: {error.Message} Everything was taken back.";

    private sealed class Handler(Func<string, HttpStatusCode> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(answer(request.RequestUri!.AbsolutePath)));
    }

    private sealed class Busy(params int[] running) : IJobDrain
    {
        private int _asked;

        public Task BeginAsync(string by, string? why, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> IsOnAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> RunningAsync(CancellationToken cancellationToken) => Task.FromResult(running[_asked++]);

        public Task<bool> EndAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
