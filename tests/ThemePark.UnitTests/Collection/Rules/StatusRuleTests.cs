using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class StatusRuleTests
{
    [Theory]
    [InlineData(Presence.NotStated, ObservationFlags.None)]
    [InlineData(Presence.Null, ObservationFlags.StatusStated)]
    [InlineData(Presence.Value, ObservationFlags.StatusStated)]
    [InlineData(Presence.Invalid, ObservationFlags.StatusStated | ObservationFlags.UnknownStatus)]
    public void Stated_unknown_and_absent_are_told_apart(Presence status, ObservationFlags expected)
    {
        var decision = Verdict.Of(new StatusRule(), new RawObservation { Status = status });
        decision.Flags.ShouldBe(expected);
        decision.Rejection.ShouldBe(FindingType.None);
        decision.Reports(FindingType.UnknownStatus).ShouldBe(status == Presence.Invalid);
    }
}
