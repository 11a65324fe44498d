using System.Net;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.Modules.Operations.Deploying;
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

        (await Should.ThrowAsync<DeployException>(() => ObserveAsync(Slow, baseline: "1.0"))).Message.ShouldContain("it was 1.0 ms before");
        await ObserveAsync(Slow, baseline: "30.0");
        await ObserveAsync(_ => HttpStatusCode.OK, baseline: "0.001");
    }

    private static async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Func<string, HttpStatusCode> answer, string baseline, int seconds = 1)
    {
        using var http = new HttpClient(new Handler(answer));
        var options = Options.Create(new DeployOptions { ObserveSeconds = seconds });
        var journal = DeployJournal.Imagined(new DeploymentHead("x", Now, "one", "two", "me", null, false, false), new JournalLine(
            Now, Steps.Baseline, StepEvent.Done, 1, new Dictionary<string, string> { ["p95_ms"] = baseline }));
        var steps = new SwitchSteps(null!, null!, null!, new ServiceProbe(http, options, TimeProvider.System), options, TimeProvider.System);
        return await steps.ObserveAsync(new DeployRun(journal), CancellationToken.None);
    }

    private sealed class Handler(Func<string, HttpStatusCode> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(answer(request.RequestUri!.AbsolutePath)));
    }
}
