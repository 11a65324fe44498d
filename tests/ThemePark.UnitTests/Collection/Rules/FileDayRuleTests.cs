using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Rules;
using Xunit;

namespace ThemePark.UnitTests.Collection.Rules;

public sealed class FileDayRuleTests
{
    [Theory]
    [InlineData(99, FindingType.OutsideFileDay)]
    [InlineData(100, FindingType.None)]
    [InlineData(199, FindingType.None)]
    [InlineData(200, FindingType.OutsideFileDay)]
    public void Only_what_lies_in_the_window_is_the_files_own(long instant, FindingType expected) =>
        Verdict.Of(new FileDayRule(), new RawObservation { Time = Presence.Value, Instant = instant, WindowStart = 100, WindowEnd = 200 })
            .Rejection.ShouldBe(expected);

    [Fact]
    public void An_instant_that_was_not_read_is_not_judged() =>
        Verdict.Of(new FileDayRule(), new RawObservation { Time = Presence.Null, WindowStart = 100, WindowEnd = 200 }).HasFindings.ShouldBeFalse();
}
