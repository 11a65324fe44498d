using System.Text.RegularExpressions;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed partial class TableFactsTests
{
    private static readonly string[] OwnersThatNeverRest = ["core", "jobs", "operations"];

    [Fact]
    public void Only_tables_of_the_jobs_the_audit_and_the_operations_move_in_a_maintenance()
    {
        var tables = (
            from migration in MigrationSet.Embedded.Migrations
            from statement in migration.Up
            from Match create in Create().Matches(statement.Text)
            select (Owner: migration.Name.Split('_')[0], Table: create.Groups["name"].Value)).ToList();
        tables.Count.ShouldBeGreaterThan(30);

        tables.Where(t => !OwnersThatNeverRest.Contains(t.Owner) && !TableFacts.IsStill(t.Table)).ShouldBeEmpty();
        tables.Where(t => t.Owner is "jobs" or "operations" && TableFacts.IsStill(t.Table)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_difference_is_told_in_a_sentence()
    {
        var wanted = new[] { new TableFact("a", 1, 10), new TableFact("b", 2, 20), new TableFact("c", 3, 30), new TableFact("d", 4, 40) };
        var found = new[] { new TableFact("a", 1, 10), new TableFact("b", 9, 20), new TableFact("c", 3, 31), new TableFact("e", 5, 50) };

        TableFacts.Differences(wanted, found, withChecksums: true).ShouldBe(
        [
            "Table b has 9 rows and should have 2.",
            "Table c has as many rows as it should (3), but others: its checksum is 31, not 30.",
            "Table d is missing.",
            "Table e should not be there.",
        ]);
        TableFacts.Differences([wanted[2]], [found[2]], withChecksums: false).ShouldBeEmpty();
    }

    [GeneratedRegex(@"CREATE\s+TABLE\s+(IF\s+NOT\s+EXISTS\s+)?`?(?<name>\w+)`?", RegexOptions.IgnoreCase)]
    private static partial Regex Create();
}
