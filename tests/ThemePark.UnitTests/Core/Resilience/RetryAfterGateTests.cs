using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Core.Resilience;

public sealed class RetryAfterGateTests
{
    private readonly ManualTime _time = new();
    private readonly RetryAfterGate _gate;

    public RetryAfterGateTests() => _gate = new RetryAfterGate(TimeSpan.FromMinutes(2), _time);

    [Fact]
    public async Task An_open_gate_lets_everybody_through_at_once()
    {
        _gate.ClosedUntil.ShouldBeNull();
        (await _gate.WaitAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Everybody_waits_until_the_latest_closing_is_over()
    {
        var begin = _time.GetUtcNow();
        _gate.CloseFor(TimeSpan.FromSeconds(5));
        var waiting = Enumerable.Range(0, 3).Select(_ => _gate.WaitAsync(CancellationToken.None)).ToArray();
        _gate.CloseFor(TimeSpan.FromSeconds(20));
        _gate.CloseFor(TimeSpan.FromSeconds(1));
        _gate.ClosedUntil.ShouldBe(begin.AddSeconds(20));

        _time.Advance(TimeSpan.FromSeconds(19.9));
        await Task.Delay(20);
        waiting.ShouldAllBe(w => !w.IsCompleted);
        await _time.AdvanceUntilAsync(Task.WhenAll(waiting), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));
        (await Task.WhenAll(waiting)).ShouldAllBe(until => until == null);
        _gate.ClosedUntil.ShouldBeNull();
    }

    [Fact]
    public async Task A_wait_beyond_the_longest_is_answered_with_its_end_and_one_of_that_length_is_waited_for()
    {
        _gate.CloseFor(TimeSpan.FromMinutes(2));
        var waiting = _gate.WaitAsync(CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();

        _gate.CloseFor(TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(1));
        (await _gate.WaitAsync(CancellationToken.None)).ShouldBe(_gate.ClosedUntil.ShouldNotBeNull());
    }

    [Fact]
    public async Task Opening_it_ends_all_waits()
    {
        _gate.CloseFor(TimeSpan.FromMinutes(1));
        var waiting = _gate.WaitAsync(CancellationToken.None);
        _gate.Open();
        (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeNull();
    }
}
