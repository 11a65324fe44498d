using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class OffsetRuleTests
{
    [Theory]
    [InlineData(Presence.Value, -300, Presence.Value, -300, false)]
    [InlineData(Presence.Value, -300, Presence.Value, -480, true)]
    [InlineData(Presence.Value, 0, Presence.Value, 60, true)]
    [InlineData(Presence.NotStated, 0, Presence.Value, 60, false)]
    [InlineData(Presence.Invalid, 0, Presence.Value, 60, false)]
    [InlineData(Presence.Value, 60, Presence.Invalid, 0, false)]
    public void Only_two_known_offsets_can_contradict_each_other(Presence local, int localMinutes, Presence zone, int zoneMinutes, bool flagged)
    {
        var decision = Verdict.Of(
            new OffsetRule(),
            new RawObservation { LocalOffset = local, LocalOffsetMinutes = localMinutes, ZoneOffset = zone, ZoneOffsetMinutes = zoneMinutes });
        decision.Flags.ShouldBe(flagged ? ObservationFlags.OffsetMismatch : ObservationFlags.None);
        decision.Reported().ShouldBe(flagged ? [FindingType.OffsetMismatch] : []);
        decision.Rejection.ShouldBe(FindingType.None);
    }
}
