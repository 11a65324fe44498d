using Microsoft.Extensions.Configuration;
using Shouldly;
using ThemePark.Modules.Import.Pipeline;
using ThemePark.Modules.Import.Runs;
using Xunit;

namespace ThemePark.UnitTests.Import.Pipeline;

public sealed class CheckpointIntervalTests
{
    [Fact]
    public async Task The_figures_are_due_after_every_so_many_files_and_not_before()
    {
        using var meter = new RunMeter(From(("IMPORT_CHECKPOINT_INTERVAL", "3")));
        var due = meter.NextCheckpointAsync(TimeSpan.FromMinutes(5), CancellationToken.None);

        meter.FileDone(10);
        meter.FileDone(10);
        due.IsCompleted.ShouldBeFalse();

        meter.FileDone(10);
        await due.WaitAsync(TimeSpan.FromSeconds(30));
        meter.NextCheckpointAsync(TimeSpan.FromMinutes(5), CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void The_projects_own_name_of_the_setting_wins_and_ten_is_the_default()
    {
        From().CheckpointInterval.ShouldBe(10);
        From(("Import:CheckpointInterval", "7"), ("IMPORT_CHECKPOINT_INTERVAL", "3")).CheckpointInterval.ShouldBe(7);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("100001")]
    public void An_interval_out_of_range_is_refused_by_name(string value) =>
        Should.Throw<InvalidOperationException>(() => From(("IMPORT_CHECKPOINT_INTERVAL", value))).Message.ShouldContain("Import:CheckpointInterval");

    private static ImportOptions From(params (string Key, string Value)[] settings) =>
        ImportOptions.From(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
