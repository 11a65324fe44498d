using Microsoft.Extensions.Configuration;
using Shouldly;
using ThemePark.Modules.Storage;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class StorageOptionsTests
{
    [Fact]
    public void The_defaults_are_well() => Problems().ShouldBeEmpty();

    [Theory]
    [InlineData("CapacityGb", "0", "CapacityGb")]
    [InlineData("Alerts:CapacityWarningPercent", "90", "CapacityWarningPercent")]
    [InlineData("Alerts:GrowthCriticalPercent", "5", "GrowthWarningPercent")]
    [InlineData("Alerts:PartitionsWarning", "0", "PartitionsWarning")]
    [InlineData("Alerts:DaysUntilFullCritical", "120", "DaysUntilFullCritical")]
    [InlineData("Alerts:WebhookUrl", "ftp://host/x", "WebhookUrl")]
    [InlineData("Alerts:WebhookUrl", "https://user:secret@host/x", "WebhookUrl")]
    [InlineData("Alerts:Smtp:Port", "0", "Port")]
    [InlineData("Alerts:Smtp:Host", "mail", "From")]
    [InlineData("Alerts:Smtp:User", "me", "Password")]
    public void A_setting_that_cannot_be_is_named_and_its_value_is_not(string name, string value, string named)
    {
        var problem = Problems((name, value)).ShouldHaveSingleItem();

        problem.ShouldContain(named);
        problem.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("nobody", "b@example.org")]
    [InlineData("a@example.org", "b@example.org,nobody at all@")]
    public void Mail_goes_from_and_to_addresses(string from, string to) =>
        Problems(("Alerts:Smtp:Host", "mail"), ("Alerts:Smtp:From", from), ("Alerts:Smtp:To", to)).ShouldHaveSingleItem().ShouldContain("addresses");

    [Fact]
    public void Every_setting_can_be_set()
    {
        Problems(
            ("CapacityGb", "500.5"), ("Alerts:WebhookUrl", "https://hooks.example/T0/secret?x=1"), ("Alerts:Smtp:Host", "mail"), ("Alerts:Smtp:From", "a@example.org"),
            ("Alerts:Smtp:To", "b@example.org,c@example.org"), ("Alerts:Smtp:User", "me"), ("Alerts:Smtp:Password", "secret")).ShouldBeEmpty();
    }

    private static IEnumerable<string> Problems(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Storage:{s.Name}", (string?)s.Value))).Build();
        var options = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        return new StorageOptions.Rules().Validate(null, options).Failures ?? [];
    }
}
