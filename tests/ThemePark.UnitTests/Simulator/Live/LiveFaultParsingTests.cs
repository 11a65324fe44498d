using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator.Live;

public sealed class LiveFaultParsingTests
{
    [Fact]
    public void A_fault_is_written_as_it_is_read()
    {
        foreach (var word in LiveFault.KnownWords)
        {
            var text = word + ",path=*/live,destination=a,entity=b,attempt=2,count=3,from=2026-07-04T18:00:00.0000000+00:00,until=2026-07-05T18:00:00.0000000+00:00,probability=0.5,retry-after=4,delay=5,rows=6";
            var fault = LiveFault.Parse(text);
            LiveFault.Parse(fault.ToString()).ShouldBe(fault with { Delay = word == "slow" ? fault.Delay : new LiveFault(fault.Kind).Delay });
        }

        LiveFault.KnownWords.Count().ShouldBe(Enum.GetValues<LiveFaultKind>().Length);
        LiveFault.Parse("duplicate,rows=all").ToString().ShouldBe("duplicate,rows=all");
        Should.Throw<FormatException>(() => LiveFault.Parse("503,from=whenever")).Message.ShouldContain("from=whenever");
    }
}
