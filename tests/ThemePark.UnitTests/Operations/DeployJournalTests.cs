using Shouldly;
using ThemePark.Modules.Operations.Deploying;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed class DeployJournalTests : IDisposable
{
    private static readonly DateTime Now = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);
    private readonly string _root = Directory.CreateTempSubdirectory("themepark-journal-").FullName;

    [Fact]
    public async Task What_was_written_is_read_again_and_a_line_that_was_cut_by_a_kill_counts_as_not_written()
    {
        var journal = DeployJournal.Begin(_root, Head());
        journal.Write(Now, "switch.stop", StepEvent.Started);
        journal.Write(Now, "switch.stop", StepEvent.Done, TimeSpan.FromSeconds(2), new Dictionary<string, string> { ["fact"] = "a\nb" });
        await File.AppendAllTextAsync(Path.Combine(journal.Directory, "journal.jsonl"), "{\"at\":\"2026-11-2");

        var read = (await DeployJournal.ListAsync(_root, CancellationToken.None)).ShouldHaveSingleItem();

        read.Head.ShouldBe(journal.Head);
        read.Fact("switch.stop", "fact").ShouldBe("a\nb");
        read.State.ShouldBe(DeploymentState.Unfinished);

        read.Write(Now, Steps.Completed, StepEvent.Done);
        (await DeployJournal.ListAsync(_root, CancellationToken.None))[0].State.ShouldBe(DeploymentState.Completed);
    }

    [Fact]
    public async Task A_journal_that_is_damaged_in_the_middle_is_told_not_skipped()
    {
        var journal = DeployJournal.Begin(_root, Head());
        await File.AppendAllTextAsync(Path.Combine(journal.Directory, "journal.jsonl"), "nonsense\n");
        journal.Write(Now, "switch.stop", StepEvent.Started);

        (await Should.ThrowAsync<DeployException>(() => DeployJournal.ListAsync(_root, CancellationToken.None))).Message.ShouldContain("journal.jsonl cannot be read");
    }

    [Fact]
    public void A_failed_step_leaves_a_failed_deployment_until_it_was_taken_back()
    {
        var journal = DeployJournal.Begin(_root, Head());
        journal.Write(Now, "switch.ready", StepEvent.Failed);
        journal.State.ShouldBe(DeploymentState.Failed);

        journal.Write(Now, Steps.RolledBack, StepEvent.Done, TimeSpan.FromSeconds(3));
        journal.State.ShouldBe(DeploymentState.RolledBack);
    }

    [Fact]
    public void What_the_release_before_needs_may_be_taken_away_so_many_days_after_the_recorded_switch()
    {
        var journal = DeployJournal.Begin(_root, Head());
        DeploymentView.ContractDue(journal, new DeployOptions()).ShouldBeNull();

        journal.Write(Now.AddHours(1), Steps.Link, StepEvent.Done);

        DeploymentView.ContractDue(journal, new DeployOptions { ContractAfterDays = 30 }).ShouldBe(Now.AddHours(1).AddDays(30));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static DeploymentHead Head() => new("", Now, "one", "two", "somebody", "a reason", false, false);
}
