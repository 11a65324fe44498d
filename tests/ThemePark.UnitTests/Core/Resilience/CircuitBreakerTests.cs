using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Core.Resilience;

public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly ManualTime _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(5, Pause, _time);

    private BreakerState State => _breaker.Snapshot().State;

    [Fact]
    public void Five_failures_in_a_row_open_it_and_four_do_not()
    {
        Fail("a", "b", "c", "d");
        State.ShouldBe(BreakerState.Closed);
        Fail("e");
        State.ShouldBe(BreakerState.Open);
        _breaker.TryEnter().ShouldBeNull();
        _breaker.Snapshot().RetryAt.ShouldBe(_time.GetUtcNow() + Pause);
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew()
    {
        Fail("a", "b", "c", "d");
        using (var permit = _breaker.TryEnter()!)
        {
            permit.Succeed();
        }

        Fail("a", "b", "c", "d");
        State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void One_object_alone_never_opens_it_but_the_source_itself_does()
    {
        Fail([.. Enumerable.Repeat("a", 20)]);
        State.ShouldBe(BreakerState.Closed);
        Fail("b");
        State.ShouldBe(BreakerState.Open);

        _breaker.Reset();
        for (var n = 0; n < 5; n++)
        {
            State.ShouldBe(BreakerState.Closed);
            _breaker.RecordFailure(null);
        }

        State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void After_the_pause_one_request_may_try_and_its_success_closes()
    {
        Fail("a", "b", "c", "d", "e");
        _time.Advance(Pause - TimeSpan.FromMilliseconds(1));
        _breaker.TryEnter().ShouldBeNull();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        State.ShouldBe(BreakerState.HalfOpen);

        using var probe = _breaker.TryEnter().ShouldNotBeNull();
        _breaker.TryEnter().ShouldBeNull();
        probe.Succeed();
        State.ShouldBe(BreakerState.Closed);
        _breaker.TryEnter().ShouldNotBeNull();
    }

    [Fact]
    public void A_failed_try_opens_it_for_another_pause()
    {
        Fail("a", "b", "c", "d", "e");
        _time.Advance(Pause);
        Fail("a");
        State.ShouldBe(BreakerState.Open);
        _breaker.TryEnter().ShouldBeNull();
        _time.Advance(Pause);
        State.ShouldBe(BreakerState.HalfOpen);
    }

    [Fact]
    public void A_cancelled_try_lets_the_next_one_try()
    {
        Fail("a", "b", "c", "d", "e");
        _time.Advance(Pause);
        _breaker.TryEnter()!.Dispose();
        _breaker.TryEnter().ShouldNotBeNull();
    }

    [Fact]
    public void A_try_that_is_disposed_late_does_not_free_the_place_of_another()
    {
        Fail("a", "b", "c", "d", "e");
        _time.Advance(Pause);
        var first = _breaker.TryEnter()!;
        first.Fail("a");
        _time.Advance(Pause);
        _breaker.TryEnter().ShouldNotBeNull();
        first.Dispose();
        _breaker.TryEnter().ShouldBeNull();
    }

    [Fact]
    public void A_poor_answer_closes_after_a_try_but_does_not_forget_failures()
    {
        Fail("a", "b", "c", "d");
        using (var permit = _breaker.TryEnter()!)
        {
            permit.Answered();
        }

        Fail("e");
        State.ShouldBe(BreakerState.Open);
        _time.Advance(Pause);
        using (var probe = _breaker.TryEnter()!)
        {
            probe.Answered();
        }

        State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void Reset_closes_it_and_requests_from_before_say_nothing_any_more()
    {
        var late = Enumerable.Range(0, 5).Select(_ => _breaker.TryEnter()!).ToList();
        Fail("a", "b", "c", "d", "e");
        _breaker.Reset();
        _breaker.Snapshot().ShouldBe((BreakerState.Closed, 0, null, null));

        for (var n = 0; n < late.Count; n++)
        {
            late[n].Fail($"late {n}");
        }

        State.ShouldBe(BreakerState.Closed);
    }

    private void Fail(params string[] targets)
    {
        foreach (var target in targets)
        {
            using var permit = _breaker.TryEnter().ShouldNotBeNull();
            permit.Fail(target);
        }
    }
}
