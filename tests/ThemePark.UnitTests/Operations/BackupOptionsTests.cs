using Microsoft.Extensions.Configuration;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed class BackupOptionsTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("0", 0)]
    [InlineData("8", 8)]
    [InlineData("90", 90)]
    public void Days_of_the_log_are_read_before_there_are_services(string? text, int? days) => BackupOptions.LogDaysOf(Of(text)).ShouldBe(days);

    [Theory]
    [InlineData("8 days")]
    [InlineData("91")]
    [InlineData("-1")]
    [InlineData("")]
    public void What_is_no_number_of_days_is_refused_and_never_taken_for_none(string text)
    {
        var refused = Should.Throw<SettingException>(() => BackupOptions.LogDaysOf(Of(text)));

        Runbook.ShouldExplain("SETTING_INVALID", "Setting Backups:LogDays must be 0 to …; it is '…'.", "exit 1", refused.Message);
    }

    private static IConfiguration Of(string? text) => new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Backups:LogDays", text)]).Build();
}
