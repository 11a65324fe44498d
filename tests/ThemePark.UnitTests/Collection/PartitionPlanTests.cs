using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Partitions;
using Xunit;

namespace ThemePark.UnitTests.Collection;

public sealed partial class PartitionPlanTests
{
    private static readonly DateOnly Origin = new(2015, 1, 1);

    [Fact]
    public void Whatever_is_asked_in_whatever_order_months_have_no_holes_and_bounds_ascend() =>
        Prop.ForAll((from a in Gen.Choose(0, 1_500) from b in Gen.Choose(0, 1_500) select (Math.Min(a, b), Math.Max(a, b))).NonEmptyListOf().ToArbitrary(), requests =>
        {
            var table = new Table();
            foreach (var (from, to) in requests)
            {
                var (first, last) = (Origin.AddDays(from), Origin.AddDays(to));
                var before = table.Months.Count;
                var (statements, added) = PartitionPlan.For("t", table.Months, first, last);
                foreach (var statement in statements)
                {
                    table.Apply(statement);
                }

                (table.Months.Count - before).ShouldBe(added);
                table.ShouldHaveNoHoles();
                table.Months[0].ShouldBeLessThanOrEqualTo(first);
                table.Months[^1].AddMonths(1).ShouldBeGreaterThan(last);

                var again = PartitionPlan.For("t", table.Months, first, last);
                again.Added.ShouldBe(0);
                again.Statements.ShouldBeEmpty();
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void The_first_plan_splits_the_open_partition_into_older_months_and_newer() =>
        PartitionPlan.For("ride_status_snapshots", [], new DateOnly(2025, 11, 30), new DateOnly(2025, 12, 1)).Statements.ShouldBe(
        [
            "ALTER TABLE `ride_status_snapshots` REORGANIZE PARTITION p_max INTO (PARTITION p_min VALUES LESS THAN ('2025-11-01'), "
            + "PARTITION p202511 VALUES LESS THAN ('2025-12-01'), PARTITION p202512 VALUES LESS THAN ('2026-01-01'), PARTITION p_max VALUES LESS THAN (MAXVALUE))",
        ]);

    [Fact]
    public void Both_ends_grow_at_once_and_the_middle_is_left_alone() =>
        PartitionPlan.For("t", [new(2025, 1, 1), new(2025, 2, 1)], new DateOnly(2024, 12, 31), new DateOnly(2025, 3, 1)).ShouldSatisfyAllConditions(
            plan => plan.Added.ShouldBe(2),
            plan => plan.Statements.ShouldBe(
            [
                "ALTER TABLE `t` REORGANIZE PARTITION p_max INTO (PARTITION p202503 VALUES LESS THAN ('2025-04-01'), PARTITION p_max VALUES LESS THAN (MAXVALUE))",
                "ALTER TABLE `t` REORGANIZE PARTITION p_min INTO (PARTITION p_min VALUES LESS THAN ('2024-12-01'), PARTITION p202412 VALUES LESS THAN ('2025-01-01'))",
            ]));

    [Theory]
    [InlineData("p202511", "2025-11-01")]
    [InlineData("p_max", null)]
    [InlineData("p_min", null)]
    [InlineData("p202513", null)]
    [InlineData("x202511", null)]
    [InlineData("p2025111", null)]
    public void The_month_is_read_from_the_name(string partition, string? month) =>
        PartitionPlan.MonthOf(partition)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).ShouldBe(month);

    /// <summary>What the server would hold after the statements.</summary>
    private sealed partial class Table
    {
        private List<(string Name, string Bound)> _partitions = [("p_max", "MAXVALUE")];

        public IReadOnlyList<DateOnly> Months => [.. _partitions.Select(p => PartitionPlan.MonthOf(p.Name)).OfType<DateOnly>()];

        public void Apply(string statement)
        {
            var split = Split().Match(statement).Groups[1].Value;
            var into = Part().Matches(statement).Select(m => (m.Groups[1].Value, m.Groups[2].Value)).ToList();
            var at = _partitions.FindIndex(p => p.Name == split);
            at.ShouldBeGreaterThanOrEqualTo(0, $"{split} does not exist");
            // The server refuses a split that does not end where the split partition ended.
            into[^1].Item2.ShouldBe(_partitions[at].Bound);
            _partitions = [.. _partitions.Take(at), .. into, .. _partitions.Skip(at + 1)];
        }

        public void ShouldHaveNoHoles()
        {
            _partitions[0].Name.ShouldBe("p_min");
            _partitions[^1].ShouldBe(("p_max", "MAXVALUE"));
            var bounds = _partitions.SkipLast(1).Select(p => DateOnly.ParseExact(p.Bound, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToList();
            bounds.Zip(bounds.Skip(1)).ShouldAllBe(pair => pair.First.AddMonths(1) == pair.Second);
            _partitions.Skip(1).SkipLast(1).Zip(bounds.Skip(1)).ShouldAllBe(p => PartitionPlan.MonthOf(p.First.Name)!.Value.AddMonths(1) == p.Second);
        }

        [GeneratedRegex("REORGANIZE PARTITION (\\w+) INTO")]
        private static partial Regex Split();

        [GeneratedRegex("PARTITION (\\w+) VALUES LESS THAN \\('?([0-9A-Z-]+)'?\\)")]
        private static partial Regex Part();
    }
}
