using Microsoft.Extensions.Configuration;
using Shouldly;
using ThemePark.Modules.Import.Legacy;
using Xunit;

namespace ThemePark.UnitTests.Import.Legacy;

public sealed class LegacyOptionsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Without_a_value_there_is_no_warehouse(string? value) => Read(value).ConnectionString.ShouldBeNull();

    [Fact]
    public void A_connection_string_that_cannot_be_used_is_named_and_not_shown()
    {
        var refused = Should.Throw<InvalidOperationException>(() => Read("Server=a,b;User ID=x;Password=secret"));

        refused.Message.ShouldContain("Legacy:ConnectionString");
        refused.ToString().ShouldNotContain("secret");
    }

    private static LegacyOptions Read(string? value) => LegacyOptions.From(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Legacy:ConnectionString"] = value }).Build());
}
