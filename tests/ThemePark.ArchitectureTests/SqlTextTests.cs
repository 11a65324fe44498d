using Shouldly;
using Xunit;

namespace ThemePark.ArchitectureTests;

/// <summary>The rules are as good as the scanner they stand on.</summary>
public sealed class SqlTextTests
{
    private static readonly string[] Known = ["parks", "rides", "queue_data", "jobs"];

    [Theory]
    [InlineData("SELECT name FROM parks WHERE park_id = @Id", "parks")]
    [InlineData("SELECT 1\nFROM\n    parks AS p,\n    rides r\nWHERE 1", "parks rides")]
    [InlineData("SELECT q.a FROM (SELECT 1) AS x INNER JOIN `rides` AS q ON 1", "rides")]
    [InlineData("INSERT INTO parks (uuid) VALUES (@U)", "parks")]
    [InlineData("UPDATE parks AS p INNER JOIN jobs AS j ON 1 SET p.name = 'x'", "jobs parks")]
    [InlineData("DELETE d FROM rides AS d", "rides")]
    [InlineData("TRUNCATE TABLE jobs", "jobs")]
    [InlineData("ALTER TABLE `queue_data` REORGANIZE PARTITION p_max INTO (", "queue_data")]
    [InlineData("CREATE TABLE IF NOT EXISTS parks (", "parks")]
    [InlineData("queue_data", "queue_data")]
    [InlineData("SELECT 1 FROM v_parks", "")]
    [InlineData("INSERT INTO x (a) VALUES (1) ON DUPLICATE KEY UPDATE rides = VALUES(rides)", "")]
    [InlineData("parks", "")]
    [InlineData("SELECT 1 FROM legacy.queue_data AS q INNER JOIN rides AS r ON 1", "rides")]
    [InlineData("legacy.queue_data", "")]
    [InlineData("The parks from jobs are rides.", "")]
    [InlineData("SELECT parks FROM x", "")]
    public void A_table_is_seen_where_it_is_used_as_one(string text, string tables) =>
        SqlText.Tables(text, Known).Order().ShouldBe(tables.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData("select x from parks where 1", true)]
    [InlineData("  update parks set name = 'x'", true)]
    [InlineData("SELECT x FROM parks", false)]
    [InlineData("select a destination from the list", true)]
    [InlineData("Update the parks.", false)]
    public void Lower_case_keywords_are_noticed(string text, bool noticed) => SqlText.IsLowerCaseStatement(text).ShouldBe(noticed);

    [Fact]
    public void Created_tables_are_found() =>
        SqlText.Created("CREATE TABLE parks (\n); CREATE TABLE IF NOT EXISTS `rides` (").ShouldBe(["parks", "rides"]);
}
