using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class MalformedValueRuleTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_part_that_cannot_be_read_is_reported_and_rejects_nothing(bool malformed)
    {
        var decision = Verdict.Of(new MalformedValueRule(), new RawObservation { MalformedValue = malformed });
        decision.Reported().ShouldBe(malformed ? [FindingType.MalformedValue] : []);
        (decision.Rejection, decision.Flags).ShouldBe((FindingType.None, ObservationFlags.None));
    }
}
