using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator;

public sealed class FaultParsingTests
{
    [Fact]
    public void A_fault_is_read_with_all_its_settings() =>
        Fault.Parse("slow, op=list, keys=a*/b, attempt=3, count=2, probability=0.25, retry-after=9, delay=40").ShouldBe(new Fault(FaultKind.SlowBody)
        {
            Operation = S3Operation.List,
            Keys = "a*/b",
            Attempt = 3,
            Count = 2,
            Probability = 0.25,
            RetryAfter = TimeSpan.FromSeconds(9),
            Delay = TimeSpan.FromMilliseconds(40),
        });

    [Theory]
    [InlineData("500", FaultKind.InternalError)]
    [InlineData("503", FaultKind.Unavailable)]
    [InlineData("429", FaultKind.TooManyRequests)]
    [InlineData("403", FaultKind.Forbidden)]
    [InlineData("404", FaultKind.NotFound)]
    [InlineData("truncate", FaultKind.Truncated)]
    [InlineData("short", FaultKind.ShortLength)]
    [InlineData("long", FaultKind.LongLength)]
    [InlineData("black-hole", FaultKind.BlackHole)]
    [InlineData("stall", FaultKind.Stalled)]
    [InlineData("html", FaultKind.HtmlBody)]
    [InlineData("empty-listing", FaultKind.EmptyListing)]
    [InlineData("changing-listing", FaultKind.ChangingListing)]
    public void Every_kind_has_a_word(string word, FaultKind kind) => Fault.Parse(word).ShouldBe(new Fault(kind));

    [Theory]
    [InlineData("boom", "boom")]
    [InlineData("503,when=later", "when=later")]
    [InlineData("503,count=0", "count=0")]
    [InlineData("503,count=many", "count=many")]
    [InlineData("503,op=put", "op=put")]
    [InlineData("503,probability=2.0.0", "probability=2.0.0")]
    public void What_cannot_be_read_is_named(string text, string part) =>
        Should.Throw<FormatException>(() => Fault.Parse(text)).Message.ShouldContain(part);

    [Theory]
    [InlineData("*", "anything/at/all", true)]
    [InlineData("a/*", "a/b/c", true)]
    [InlineData("a/*", "b/a/c", false)]
    [InlineData("*/05.json.gz", "x/2025/10/05.json.gz", true)]
    [InlineData("*/05.json.gz", "x/2025/10/06.json.gz", false)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*b*c", "a-c-b-c", true)]
    [InlineData("exact", "exact", true)]
    [InlineData("exact", "exactly", false)]
    public void Patterns_match_whole_keys(string pattern, string key, bool matches) =>
        (new FaultPlan().Add(new Fault(FaultKind.InternalError) { Keys = pattern }).Decide(S3Operation.Get, key, 1) is not null).ShouldBe(matches);
}
