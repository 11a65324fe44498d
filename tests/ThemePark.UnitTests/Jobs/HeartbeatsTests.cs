using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.UnitTests.Jobs;

public sealed class HeartbeatsTests
{
    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly Clock _clock = new();
    private readonly Heartbeats _heartbeats;

    public HeartbeatsTests() => _heartbeats = new Heartbeats(_clock, TimeSpan.FromSeconds(4));

    [Fact]
    public void A_heartbeat_that_stands_still_for_the_limit_is_dead_and_not_before()
    {
        Look(seconds: 3.9, Still("a")).ShouldBeEmpty();
        Look(seconds: 0.5, Still("a")).ShouldHaveSingleItem().Owner.ShouldBe("a");
    }

    [Fact]
    public void A_heartbeat_that_moves_is_alive_however_old_it_is()
    {
        for (var second = 0; second < 20; second++)
        {
            // Hours behind this node's clock: clocks do not matter.
            Look(seconds: 1, new RunningJob("job", "a", Start.AddHours(-5).AddSeconds(second))).ShouldBeEmpty();
        }
    }

    [Fact]
    public void After_a_gap_in_looking_every_run_has_its_time_again()
    {
        Look(seconds: 3, Still("a")).ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Look(seconds: 3.9, Still("a")).ShouldBeEmpty();
        Look(seconds: 0.5, Still("a")).ShouldHaveSingleItem();
    }

    [Fact]
    public void The_next_run_of_a_job_does_not_inherit_the_last_ones_silence()
    {
        Look(seconds: 3, Still("a")).ShouldBeEmpty();
        Look(seconds: 3, Still("b")).ShouldBeEmpty();
        Look(seconds: 2, Still("b")).ShouldHaveSingleItem().Owner.ShouldBe("b");
    }

    private static RunningJob Still(string owner) => new("job", owner, Start);

    private IReadOnlyList<RunningJob> Look(double seconds, RunningJob job)
    {
        IReadOnlyList<RunningJob> dead = _heartbeats.Dead([job]);
        for (var waited = 0d; waited < seconds - 1e-9; waited += 0.1)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            dead = _heartbeats.Dead([job]);
        }

        return dead;
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
