using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace ThemePark.ArchitectureTests;

/// <summary>
/// What was collected is kept for ever: nothing that runs, and no migration up, deletes rows of it. The one exception is the snapshot writer, which
/// replaces a day by a better statement of the same day. Sources are read for the place, assemblies for what really runs.
/// </summary>
public sealed partial class PermanentRetentionTests
{
    // What the snapshot writer replaces.
    private static readonly string[] Replaced = ["ride_status_snapshots", "queue_data", "show_times"];

    private static readonly string[] Kept = [.. Replaced, "snapshot_days", "collection_runs", "live_entities", "live_parts", "collection_quarantine", "park_schedules", "park_schedule_versions"];

    private const string Writer = "SnapshotWriter.cs";

    [Fact]
    public void Every_table_of_collected_data_is_kept()
    {
        var collected = Repository.Migrations.Where(m => !m.IsDown && m.Owner == "collection").SelectMany(m => SqlText.Created(m.Sql)).ToList();
        collected.ShouldNotBeEmpty();

        collected.Except(Kept).ShouldBeEmpty("a new table is kept for ever, or it is a decision to say here why not");
    }

    [Fact]
    public void Raw_rows_are_deleted_by_the_snapshot_writer_only()
    {
        var sources = Repository.Files("src", "*.cs").Concat(Repository.Files("db", "*.sql").Where(f => !f.EndsWith(".down.sql", StringComparison.Ordinal))).ToList();
        var found = sources.SelectMany(f => Deletions(File.ReadAllText(f)).Select(d => (File: Path.GetFileName(f), Deletion: d))).ToList();

        // The writer itself is what the scan must find, table by table.
        found.Where(d => d.File == Writer).Select(d => d.Deletion).Order().ShouldBe(Replaced.Select(t => $"DELETE {t}").Order());
        found.Where(d => d.File != Writer).ShouldBeEmpty();
    }

    // Sources miss what is put together from constants; the compiler has put it together.
    [Fact]
    public void No_compiled_statement_deletes_raw_rows_but_the_writers_three()
    {
        var found = (
            from assembly in CompiledAssembly.Source.Values
            from text in assembly.Texts
            from deletion in Deletions(text)
            select $"{assembly.Name}: {deletion}").ToList();

        found.Order().ShouldBe(Replaced.Select(t => $"ThemePark.Modules.Collection: DELETE {t}").Order());
    }

    // Nor are those three unbounded.
    [Fact]
    public void The_writers_deletions_are_of_the_rides_and_the_day_it_writes_again()
    {
        var deletions = CompiledAssembly.Modules["Collection"].Texts.Where(t => Deletions(t).Any()).ToList();
        deletions.Count.ShouldBe(Replaced.Length);

        deletions.ShouldAllBe(t => t.EndsWith(
            " WHERE ride_id IN @Rides AND recorded_at >= @From AND recorded_at < @To AND data_source IN @Sources", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_made_that_the_server_would_run_by_itself()
    {
        var statements = CompiledAssembly.Source.Values.SelectMany(a => a.Texts).Concat(Repository.Migrations.Select(m => m.Sql)).Where(SqlText.IsStatement).ToList();
        statements.Count.ShouldBeGreaterThan(50);

        statements.Where(s => Routine().IsMatch(s)).ShouldBeEmpty();
    }

    // What EF would delete is not in any SQL text.
    [Fact]
    public void No_kept_table_is_mapped_to_an_entity()
    {
        var mapped = Repository.Files("src", "*.cs").SelectMany(f => Mapped().Matches(File.ReadAllText(f))).Select(m => m.Groups["table"].Value).ToList();
        mapped.ShouldNotBeEmpty();

        mapped.Intersect(Kept).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("DELETE FROM queue_data WHERE 1", "DELETE queue_data")]
    [InlineData("delete s from ride_status_snapshots AS s", "DELETE ride_status_snapshots")]
    [InlineData("TRUNCATE TABLE `show_times`", "TRUNCATE show_times")]
    [InlineData("ALTER TABLE `{table}` DROP PARTITION p202501", "DROP PARTITION")]
    [InlineData("` DROP PARTITION ", "DROP PARTITION")]
    [InlineData("ALTER TABLE {table} TRUNCATE PARTITION p202501", "TRUNCATE PARTITION")]
    [InlineData("ALTER TABLE t EXCHANGE PARTITION p202501 WITH TABLE u", "EXCHANGE PARTITION")]
    [InlineData("DROP TABLE IF EXISTS queue_data", "DROP queue_data")]
    [InlineData("REPLACE INTO park_schedules (park_id) VALUES (1)", "REPLACE park_schedules")]
    [InlineData("DELETE v FROM park_schedule_versions AS v", "DELETE park_schedule_versions")]
    [InlineData("DELETE FROM collection_runs", "DELETE collection_runs")]
    [InlineData("DELETE FROM live_parts", "DELETE live_parts")]
    [InlineData("DELETE FROM snapshot_days", "DELETE snapshot_days")]
    [InlineData("DELETE FROM live_entities", "DELETE live_entities")]
    [InlineData("DELETE FROM collection_quarantine", "DELETE collection_quarantine")]
    [InlineData("DELETE FROM {table} WHERE 1", "DELETE a table named at run time")]
    [InlineData("DELETE FROM `", "DELETE a table named at run time")]
    [InlineData("DROP TABLE IF EXISTS ", "DROP a table named at run time")]
    [InlineData("SELECT x FROM queue_data", null)]
    [InlineData("DROP VIEW legacy.ride_status_snapshots", null)]
    [InlineData("ON DELETE CASCADE", null)]
    [InlineData("DELETE FROM import_files WHERE 1; SELECT x FROM queue_data", null)]
    public void A_deletion_of_raw_rows_is_seen(string sql, string? deletion) => Deletions(sql).FirstOrDefault().ShouldBe(deletion);

    [Theory]
    [InlineData("CREATE EVENT purge ON SCHEDULE EVERY 1 DAY DO DELETE FROM x", true)]
    [InlineData("CREATE OR REPLACE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET @a = 1", true)]
    [InlineData("CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN END", true)]
    [InlineData("CREATE TABLE QRTZ_TRIGGERS (x INT)", false)]
    public void What_the_server_runs_by_itself_is_seen(string sql, bool seen) => Routine().IsMatch(sql).ShouldBe(seen);

    private static IEnumerable<string> Deletions(string text) =>
        Deletion().Matches(text).Select(m => $"{m.Groups["verb"].Value.ToUpperInvariant()} {m.Groups["what"].Value}")
            .Concat(Nameless().Matches(text).Select(m => $"{m.Groups["verb"].Value} a table named at run time"));

    [GeneratedRegex(
        @"\b(?<verb>DELETE|TRUNCATE|DROP(?!\s+VIEW\b)|EXCHANGE|REPLACE(?=\s+(INTO\s|`?\w+`?\s*\()))\b(?=\s)[^;""]{0,300}?\b(?<what>ride_status_snapshots|queue_data|show_times|snapshot_days|collection_runs|live_entities|live_parts|collection_quarantine|park_schedules|park_schedule_versions|PARTITION)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Deletion();

    [GeneratedRegex(@"\b(?<verb>DELETE|TRUNCATE|DROP)\s+(FROM\s+|TABLE\s+(IF\s+EXISTS\s+)?)`?(\{|$)")]
    private static partial Regex Nameless();

    [GeneratedRegex(@"\bCREATE\s+(OR\s+REPLACE\s+)?(DEFINER\s*=\s*\S+\s+)?(AGGREGATE\s+)?(EVENT|TRIGGER|PROCEDURE|FUNCTION|PACKAGE)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Routine();

    [GeneratedRegex(@"\bTo(Table|View)\(\s*""(?<table>\w+)""")]
    private static partial Regex Mapped();
}
