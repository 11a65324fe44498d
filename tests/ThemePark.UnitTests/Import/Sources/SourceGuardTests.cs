using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Sources;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Import.Sources;

public sealed class SourceGuardTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ArchiveOptions _options = new();
    private readonly Lazy<SourceGuard> _guard;

    public SourceGuardTests() => _guard = new Lazy<SourceGuard>(() => new SourceGuard(_options, _time, NullLogger<SourceGuard>.Instance));

    public void Dispose() => _guard.Value.Dispose();

    [Fact]
    public async Task A_passing_trouble_is_retried_with_growing_waits()
    {
        var times = new List<DateTimeOffset>();
        var work = _guard.Value.RunAsync("a", _ =>
        {
            times.Add(_time.GetUtcNow());
            return times.Count < 4 ? throw Error(ArchiveErrors.ServerError) : Task.FromResult("done");
        }, CancellationToken.None);
        await _time.AdvanceUntilAsync(work, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(2));

        (await work).ShouldBe("done");
        times.Count.ShouldBe(4);
        (times[3] - times[0]).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(500));
        var status = _guard.Value.Status();
        (status.Requests, status.Succeeded, status.Failed, status.Retries).ShouldBe((4, 1, 3, 3));
        status.LastErrorKind.ShouldBe(ArchiveErrors.ServerError);
        status.LastSuccessAt.ShouldBe(times[3]);
    }

    [Fact]
    public async Task Retries_end_and_the_object_is_at_fault_not_the_source()
    {
        var attempts = 0;
        var e = await FailAsync("a", () =>
        {
            attempts++;
            throw Error(ArchiveErrors.ServerError);
        });
        attempts.ShouldBe(1 + _options.Retries);
        e.Kind.ShouldBe(ArchiveErrors.ServerError);
        e.IsSource.ShouldBeFalse();
        _guard.Value.Status().Breaker.ShouldBe(BreakerState.Closed);
    }

    [Theory]
    [InlineData(ArchiveErrors.Forbidden)]
    [InlineData(ArchiveErrors.Vanished)]
    [InlineData(ArchiveErrors.TooLarge)]
    public async Task A_clear_refusal_is_not_retried_and_does_not_count_against_the_source(string kind)
    {
        for (var n = 0; n < 10; n++)
        {
            var e = await Should.ThrowAsync<ArchiveException>(
                () => _guard.Value.RunAsync<int>($"{n}", _ => throw new ArchiveException(kind, retriable: false, "no"), CancellationToken.None));
            (e.Kind, e.IsSource).ShouldBe((kind, false));
        }

        var status = _guard.Value.Status();
        (status.Requests, status.ConsecutiveFailures, status.Breaker).ShouldBe((10, 0, BreakerState.Closed));
    }

    [Fact]
    public async Task A_dead_source_opens_the_breaker_and_later_requests_do_not_reach_it()
    {
        var work = Task.WhenAll(Enumerable.Range(0, 4).Select(n => Caught($"{n}", () => throw Error(ArchiveErrors.ServerError))));
        await _time.AdvanceUntilAsync(work, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(2));
        (await work).ShouldAllBe(e => e.IsSource && e.Kind == ArchiveErrors.Unavailable);

        var asked = _guard.Value.Status().Requests;
        asked.ShouldBeInRange(5, 8);
        var refused = await Caught("x", () => throw new InvalidOperationException("must not be called"));
        (refused.Kind, refused.IsSource, refused.Retriable).ShouldBe((ArchiveErrors.Unavailable, true, false));
        refused.RetryAt.ShouldNotBeNull();
        refused.Message.ShouldContain("boom");
        _guard.Value.Status().Requests.ShouldBe(asked);

        _guard.Value.Reset();
        (await _guard.Value.RunAsync("x", _ => Task.FromResult(1), CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_listing_is_always_the_sources_fault()
    {
        var e = await FailAsync(null, () => throw new ArchiveException(ArchiveErrors.Forbidden, retriable: false, "no"));
        (e.Kind, e.IsSource).ShouldBe((ArchiveErrors.Forbidden, true));
    }

    [Fact]
    public async Task Broken_bodies_count_once_per_object_so_five_bad_objects_open_the_breaker()
    {
        for (var n = 0; n < 5; n++)
        {
            _guard.Value.Status().Breaker.ShouldBe(BreakerState.Closed);
            var e = await FailAsync($"{n}", () => throw Error(ArchiveErrors.BrokenBody));
            e.Kind.ShouldBe(ArchiveErrors.BrokenBody);
        }

        _guard.Value.Status().Breaker.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public async Task When_one_request_is_told_to_wait_all_of_them_do()
    {
        _options.Parallelism = 3;
        var told = false;
        var started = new ConcurrentBag<DateTimeOffset>();
        var begin = _time.GetUtcNow();
        var release = new TaskCompletionSource();
        // The first is told to wait; everybody else comes while the gate is closed.
        var first = _guard.Value.RunAsync("first", async _ =>
        {
            if (!told)
            {
                told = true;
                throw new ArchiveException(ArchiveErrors.Throttled, retriable: true, "slow down") { RetryAfter = TimeSpan.FromSeconds(7) };
            }

            started.Add(_time.GetUtcNow());
            await release.Task;
            return 0;
        }, CancellationToken.None);
        var others = Enumerable.Range(0, 10).Select(n => _guard.Value.RunAsync($"{n}", async _ =>
        {
            started.Add(_time.GetUtcNow());
            await release.Task;
            return 0;
        }, CancellationToken.None));
        var all = Task.WhenAll([first, .. others]);
        _guard.Value.Status().WaitingUntil.ShouldBe(begin.AddSeconds(7));
        release.SetResult();
        await _time.AdvanceUntilAsync(all, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));

        started.Count.ShouldBe(11);
        started.Min().ShouldBeGreaterThanOrEqualTo(begin.AddSeconds(7));
        started.Max().ShouldBeLessThan(begin.AddSeconds(9));
        _guard.Value.Status().Breaker.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task A_very_long_wait_is_handed_back_instead_of_sat_out()
    {
        var asked = 0;
        var e = await FailAsync("a", () =>
        {
            asked++;
            throw new ArchiveException(ArchiveErrors.Throttled, retriable: true, "tomorrow") { RetryAfter = TimeSpan.FromHours(12) };
        });
        (asked, e.Kind, e.IsSource).ShouldBe((1, ArchiveErrors.Unavailable, true));
        e.RetryAt!.Value.ShouldBeGreaterThan(_time.GetUtcNow().AddHours(11));
    }

    [Fact]
    public async Task Reset_lets_waiting_requests_go_at_once()
    {
        await Caught("a", () => throw new ArchiveException(ArchiveErrors.Throttled, retriable: false, "wait") { RetryAfter = TimeSpan.FromSeconds(60) });
        var waiting = _guard.Value.RunAsync("b", _ => Task.FromResult(1), CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        _guard.Value.Reset();
        (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBe(1);
    }

    [Fact]
    public async Task No_more_downloads_run_at_a_time_than_allowed_and_a_waiting_retry_holds_no_place()
    {
        _options.Parallelism = 2;
        var running = 0;
        var most = 0;
        var failed = Caught("bad", () => throw Error(ArchiveErrors.ServerError));
        var work = Task.WhenAll(Enumerable.Range(0, 20).Select(n => _guard.Value.RunAsync($"{n}", async token =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(5, token);
            Interlocked.Decrement(ref running);
            return n;
        }, CancellationToken.None)));
        // The clock stands still, so the failed one cannot come back: the others must not need its place.
        await work.WaitAsync(TimeSpan.FromSeconds(30));
        most.ShouldBe(2);
        failed.IsCompleted.ShouldBeFalse();
        await _time.AdvanceUntilAsync(failed, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Cancelling_ends_a_wait_and_leaves_no_place_taken()
    {
        _options.Parallelism = 1;
        using var cancel = new CancellationTokenSource();
        await Caught("a", () => throw new ArchiveException(ArchiveErrors.Throttled, retriable: false, "wait") { RetryAfter = TimeSpan.FromSeconds(60) });
        var waiting = _guard.Value.RunAsync("b", _ => Task.FromResult(1), cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));

        _guard.Value.Reset();
        (await _guard.Value.RunAsync("c", _ => Task.FromResult(2), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10))).ShouldBe(2);
    }

    private static ArchiveException Error(string kind) => new(kind, retriable: true, "boom");

    private async Task<ArchiveException> FailAsync(string? target, Action attempt)
    {
        var work = Caught(target, attempt);
        await _time.AdvanceUntilAsync(work, TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(5));
        return await work;
    }

    private Task<ArchiveException> Caught(string? target, Action attempt) => Should.ThrowAsync<ArchiveException>(
        () => _guard.Value.RunAsync(target, _ =>
        {
            attempt();
            return Task.FromResult(0);
        }, CancellationToken.None));
}
