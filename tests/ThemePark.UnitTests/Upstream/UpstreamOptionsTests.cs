using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Upstream;

public sealed class UpstreamOptionsTests
{
    [Fact]
    public void Nothing_need_be_set()
    {
        var options = Read();
        (options.BaseAddress, options.ApiKey, options.RequestsPerMinute, options.Parallel).ShouldBe(("https://api.themeparks.wiki/v1", null, 240, 8));
        (options.Timeout, options.MaxBodyBytes).ShouldBe((TimeSpan.FromSeconds(30), 32 * 1024 * 1024));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void An_empty_key_is_none(string key) => Read(("ApiKey", key)).ApiKey.ShouldBeNull();

    [Theory]
    [InlineData("BaseAddress", "api.themeparks.wiki")]
    [InlineData("BaseAddress", "ftp://api.themeparks.wiki")]
    [InlineData("BaseAddress", "https://me:secret@api.themeparks.wiki")]
    [InlineData("BaseAddress", "https://api.themeparks.wiki/v1?key=1")]
    [InlineData("ApiKey", "se\ncret")]
    [InlineData("ApiKey", "secrét")]
    [InlineData("RequestsPerMinute", "1")]
    [InlineData("Parallel", "0")]
    [InlineData("Parallel", "65")]
    [InlineData("Parallel", "many")]
    [InlineData("Timeout", "00:00:00")]
    [InlineData("MaxBodyBytes", "1023")]
    [InlineData("Attempts", "0")]
    [InlineData("RetryDelay", "00:01:00")]
    [InlineData("BreakerFailures", "0")]
    [InlineData("BreakerPause", "00:00:00")]
    [InlineData("LongestWait", "-00:00:01")]
    public void A_setting_that_cannot_be_used_is_named_when_the_host_starts(string name, string value)
    {
        using var services = new ServiceCollection().AddUpstream(Configuration((name, value))).BuildServiceProvider();
        var e = Should.Throw<InvalidOperationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        e.Message.ShouldContain($"Upstream:{name}");
        e.ToString().ShouldNotContain("secr");
    }

    private static UpstreamOptions Read(params (string Name, string Value)[] settings)
    {
        var options = new UpstreamOptions();
        options.Read(Configuration(settings));
        return options;
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Upstream:{s.Name}", (string?)s.Value))).Build();
}
