using Shouldly;
using ThemePark.BuildingBlocks;
using Xunit;

namespace ThemePark.UnitTests.Migrations;

public sealed class MigrationSetTests
{
    [Fact]
    public void Files_are_ordered_by_number_and_paired()
    {
        var set = Set(("0010_jobs_b.sql", "SELECT 1"), ("0010_jobs_b.down.sql", "SELECT 2"), ("0002_core_a.sql", "SELECT 3"), ("0002_core_a.down.sql", "SELECT 4"));

        set.Migrations.Select(migration => (migration.Version, migration.Name, migration.Up[0].Text, migration.Down[0].Text))
            .ShouldBe([(2, "core_a", "SELECT 3", "SELECT 4"), (10, "jobs_b", "SELECT 1", "SELECT 2")]);
        set.LastVersion.ShouldBe(10);
    }

    [Fact]
    public void A_checksum_is_of_the_text_and_not_of_its_line_ends()
    {
        var unix = Set(("0001_core_a.sql", "SELECT 1;\nSELECT 2;\n"), ("0001_core_a.down.sql", "SELECT 1")).Migrations[0];
        var windows = Set(("0001_core_a.sql", "SELECT 1;\r\nSELECT 2;\r\n"), ("0001_core_a.down.sql", "SELECT 1")).Migrations[0];
        var other = Set(("0001_core_a.sql", "SELECT 1;\nSELECT 3;\n"), ("0001_core_a.down.sql", "SELECT 1")).Migrations[0];

        // printf 'SELECT 1;\nSELECT 2;\n' | sha256sum
        unix.Checksum.ShouldBe("82efb67f3010c6eb7ead02e4f6d9550633dbc1407f99aa487468e7b2567aebbc");
        windows.Checksum.ShouldBe(unix.Checksum);
        other.Checksum.ShouldNotBe(unix.Checksum);
        other.DownChecksum.ShouldBe(unix.DownChecksum);
    }

    [Theory]
    [InlineData("0001_core_a.sql", "0001_core_a.sql has no 0001_core_a.down.sql")]
    [InlineData("0001_core_a.down.sql", "0001_core_a.down.sql has no 0001_core_a.sql")]
    [InlineData("1_core_a.sql", "1_core_a.sql is not named")]
    [InlineData("0001_Core_a.sql", "0001_Core_a.sql is not named")]
    [InlineData("0001_core.sql", "0001_core.sql is not named")]
    public void A_file_alone_or_misnamed_is_refused(string file, string message) =>
        Should.Throw<MigrationException>(() => Set((file, "SELECT 1"))).Message.ShouldContain(message);

    [Fact]
    public void A_number_used_twice_is_refused() =>
        Should.Throw<MigrationException>(() => Set(
                ("0001_core_a.sql", "SELECT 1"), ("0001_core_a.down.sql", "SELECT 1"), ("0001_core_b.sql", "SELECT 1"), ("0001_core_b.down.sql", "SELECT 1")))
            .Message.ShouldBe("0001_core_b.sql and 0001_core_a.sql have the same number.");

    [Theory]
    [InlineData("-- nothing", "0001_core_a.sql holds no statement.")]
    [InlineData("SELECT 1;\nDELIMITER //", "0001_core_a.sql, line 2: DELIMITER")]
    public void A_script_that_cannot_be_run_is_refused_by_name(string text, string message) =>
        Should.Throw<MigrationException>(() => Set(("0001_core_a.sql", text), ("0001_core_a.down.sql", "SELECT 1"))).Message.ShouldStartWith(message);

    [Fact]
    public void The_build_holds_its_migrations_and_each_can_be_taken_back_half_done()
    {
        MigrationSet.Embedded.Migrations.ShouldNotBeEmpty();
        foreach (var migration in MigrationSet.Embedded.Migrations)
        {
            foreach (var statement in migration.Down.Where(statement => statement.Text.StartsWith("DROP", StringComparison.OrdinalIgnoreCase)))
            {
                statement.Text.ShouldContain("IF EXISTS", Case.Insensitive, migration.DownFileName);
            }
        }
    }

    private static MigrationSet Set(params (string Name, string Text)[] files) =>
        MigrationSet.FromFiles(files.ToDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal));
}
