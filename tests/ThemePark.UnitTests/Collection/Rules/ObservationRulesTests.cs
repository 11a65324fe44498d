using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class ObservationRulesTests
{
    [Fact]
    public void Every_rule_of_the_module_is_in_force_once() =>
        ObservationRules.All.Select(r => r.GetType()).ShouldBe(
            typeof(IdentityRule).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IObservationRule)) && t.IsClass), ignoreOrder: true);

    [Fact]
    public void All_rules_speak_and_the_first_reason_to_reject_stands()
    {
        var observation = new RawObservation { Time = Presence.Invalid, Status = Presence.Invalid, Wait = Presence.Value, WaitMinutes = -1 };
        var decision = ObservationDecision.Undecided();
        ObservationRules.Decide(in observation, ref decision);

        decision.Rejection.ShouldBe(FindingType.MissingField);
        decision.Reported().ShouldBe([FindingType.InvalidTimestamp, FindingType.WaitTimeOutOfRange, FindingType.UnknownStatus, FindingType.MissingField]);
    }
}
