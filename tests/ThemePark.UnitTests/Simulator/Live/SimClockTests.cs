using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator.Live;

public sealed class SimClockTests
{
    private static readonly DateTimeOffset Start = LiveUnderTest.At("2026-07-04T18:00:00Z");

    [Theory]
    [InlineData(1, 10)]
    [InlineData(600, 6_000)]
    [InlineData(0, 0)]
    public void Ten_real_seconds_are_as_many_simulated_ones_as_the_speed_says(double speed, int seconds)
    {
        var real = new RealTime();
        var clock = new SimClock(Start, speed, real);
        var stamp = clock.GetTimestamp();
        real.Elapsed = TimeSpan.FromSeconds(10);
        clock.GetUtcNow().ShouldBe(Start.AddSeconds(seconds));
        clock.GetElapsedTime(stamp).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void A_clock_that_was_moved_goes_on_from_there()
    {
        var real = new RealTime();
        var clock = new SimClock(Start, 10, real);
        real.Elapsed = TimeSpan.FromSeconds(5);
        clock.MoveTo(Start.AddDays(1));
        real.Elapsed = TimeSpan.FromSeconds(6);
        clock.GetUtcNow().ShouldBe(Start.AddDays(1).AddSeconds(10));
        clock.Advance(TimeSpan.FromMinutes(1));
        clock.GetUtcNow().ShouldBe(Start.AddDays(1).AddSeconds(70));
    }

    [Theory]
    [InlineData(600, 500)]
    [InlineData(1, 300_000)]
    [InlineData(0, -1)]
    public void Timers_run_with_the_clock(double speed, int dueMilliseconds)
    {
        var real = new RealTime();
        using var timer = new SimClock(Start, speed, real).CreateTimer(_ => { }, null, TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);
        real.Due.ShouldBe(TimeSpan.FromMilliseconds(dueMilliseconds));
        timer.Change(TimeSpan.FromMinutes(10), Timeout.InfiniteTimeSpan);
        real.Due.ShouldBe(TimeSpan.FromMilliseconds(dueMilliseconds < 0 ? -1 : 2 * dueMilliseconds));
    }

    /// <summary>Real time that a test moves.</summary>
    private sealed class RealTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public TimeSpan Due { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return new Asked(this);
        }

        private sealed class Asked(RealTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                time.Due = dueTime;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
