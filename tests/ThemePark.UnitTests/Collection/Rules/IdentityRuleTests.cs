using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class IdentityRuleTests
{
    [Theory]
    [InlineData(Presence.NotStated)]
    [InlineData(Presence.Null)]
    [InlineData(Presence.Invalid)]
    public void An_observation_of_nobody_is_rejected(Presence id)
    {
        var decision = Verdict.Of(new IdentityRule(), new RawObservation { EntityId = id });
        decision.Rejection.ShouldBe(FindingType.MissingField);
        decision.Reported().ShouldBe([FindingType.MissingField]);
    }

    [Fact]
    public void An_observation_with_an_id_is_let_through() =>
        Verdict.Of(new IdentityRule(), new RawObservation { EntityId = Presence.Value }).HasFindings.ShouldBeFalse();
}
