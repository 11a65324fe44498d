using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class TimestampRuleTests
{
    [Theory]
    [InlineData(Presence.NotStated, FindingType.MissingField)]
    [InlineData(Presence.Null, FindingType.MissingField)]
    [InlineData(Presence.Invalid, FindingType.InvalidTimestamp)]
    public void An_observation_without_an_instant_is_rejected_for_what_is_wrong_with_it(Presence time, FindingType expected) =>
        Verdict.Of(new TimestampRule(), new RawObservation { Time = time }).Rejection.ShouldBe(expected);

    [Theory]
    [InlineData(0, FindingType.InvalidTimestamp)]
    [InlineData(946_684_799_999, FindingType.InvalidTimestamp)]
    [InlineData(946_684_800_000, FindingType.None)]
    [InlineData(1_735_085_110_644, FindingType.None)]
    public void What_lies_before_2000_is_an_artefact(long instant, FindingType expected) =>
        Verdict.Of(new TimestampRule(), new RawObservation { Time = Presence.Value, Instant = instant }).Rejection.ShouldBe(expected);
}
