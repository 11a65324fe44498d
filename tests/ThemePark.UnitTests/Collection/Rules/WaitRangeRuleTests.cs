using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class WaitRangeRuleTests
{
    private const ObservationFlags Stated = ObservationFlags.WaitStated;

    [Theory]
    [InlineData(0, 0, Stated)]
    [InlineData(45, 45, Stated)]
    [InlineData(479, 479, Stated)]
    [InlineData(480, 480, Stated | ObservationFlags.WaitExtreme)]
    [InlineData(1440, 1440, Stated | ObservationFlags.WaitExtreme)]
    [InlineData(1441, 1441, Stated | ObservationFlags.WaitExtreme | ObservationFlags.WaitImplausible)]
    [InlineData(-1, -1, Stated | ObservationFlags.WaitNegative)]
    [InlineData(-999, -999, Stated | ObservationFlags.WaitNegative)]
    [InlineData(12.4, 12, Stated | ObservationFlags.WaitAdjusted)]
    [InlineData(12.5, 13, Stated | ObservationFlags.WaitAdjusted)]
    [InlineData(40_000, 32_767, Stated | ObservationFlags.WaitExtreme | ObservationFlags.WaitImplausible | ObservationFlags.WaitAdjusted)]
    [InlineData(-1e300, -32_767, Stated | ObservationFlags.WaitNegative | ObservationFlags.WaitAdjusted)]
    public void The_stated_wait_is_kept_and_flagged(double minutes, short stored, ObservationFlags flags)
    {
        var decision = Of(Presence.Value, minutes);
        (decision.Wait, decision.Flags, decision.Rejection).ShouldBe((stored, flags, FindingType.None));
        decision.Reports(FindingType.WaitTimeOutOfRange).ShouldBe(minutes is < 0 or >= 480);
    }

    [Fact]
    public void No_queue_an_unknown_wait_and_nonsense_are_three_different_things()
    {
        (Of(Presence.NotStated).Flags, Of(Presence.NotStated).Wait).ShouldBe((ObservationFlags.None, SnapshotRow.NoWait));
        (Of(Presence.Null).Flags, Of(Presence.Null).Wait).ShouldBe((Stated, SnapshotRow.NoWait));
        (Of(Presence.Invalid).Flags, Of(Presence.Invalid).Wait).ShouldBe((Stated | ObservationFlags.WaitAdjusted, SnapshotRow.NoWait));
        Of(Presence.Null).HasFindings.ShouldBeFalse();
        Of(Presence.Invalid).Reported().ShouldBe([FindingType.WaitTimeOutOfRange]);
    }

    private static ObservationDecision Of(Presence wait, double minutes = 0) =>
        Verdict.Of(new WaitRangeRule(), new RawObservation { Wait = wait, WaitMinutes = minutes });
}
