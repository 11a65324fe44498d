using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class FutureTimestampRuleTests
{
    private const long Now = 1_735_085_110_644;

    [Theory]
    [InlineData(-1, FindingType.None)]
    [InlineData(300_000, FindingType.None)]
    [InlineData(300_001, FindingType.FutureTimestamp)]
    public void Five_minutes_ahead_is_a_wrong_clock_more_is_the_future(long ahead, FindingType expected) =>
        Verdict.Of(new FutureTimestampRule(), new RawObservation { Time = Presence.Value, Instant = Now + ahead, Now = Now }).Rejection.ShouldBe(expected);

    [Fact]
    public void An_instant_that_was_not_read_is_not_judged() =>
        Verdict.Of(new FutureTimestampRule(), new RawObservation { Time = Presence.Invalid, Instant = long.MaxValue, Now = Now }).HasFindings.ShouldBeFalse();
}
