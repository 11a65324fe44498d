using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class QueueTypeRuleTests
{
    [Theory]
    [InlineData(true, ObservationFlags.UnknownQueue)]
    [InlineData(false, ObservationFlags.None)]
    public void A_seventh_queue_type_is_flagged_and_the_rest_kept(bool unknown, ObservationFlags expected)
    {
        var decision = Verdict.Of(new QueueTypeRule(), new RawObservation { UnknownQueueType = unknown });
        (decision.Flags, decision.Rejection, decision.Reports(FindingType.UnknownQueueType)).ShouldBe((expected, FindingType.None, unknown));
    }
}
