using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.BuildingBlocks;
using Xunit;

namespace ThemePark.UnitTests.Migrations;

public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("SELECT 1; SELECT 2", "SELECT 1|SELECT 2")]
    [InlineData("SELECT 1;\n;;\nSELECT 2;", "SELECT 1|SELECT 2")]
    [InlineData("SELECT 'a;b'; SELECT 2", "SELECT 'a;b'|SELECT 2")]
    [InlineData("SELECT 'it''s; fine'; SELECT 2", "SELECT 'it''s; fine'|SELECT 2")]
    [InlineData(@"SELECT 'a\';b'; SELECT 2", @"SELECT 'a\';b'|SELECT 2")]
    [InlineData("SELECT \"a;'b\"; SELECT 2", "SELECT \"a;'b\"|SELECT 2")]
    [InlineData("SELECT `a;b\\`; SELECT 2", "SELECT `a;b\\`|SELECT 2")]
    [InlineData("SELECT 1 -- no; end\n + 1; SELECT 2", "SELECT 1 -- no; end\n + 1|SELECT 2")]
    [InlineData("SELECT 5--1; SELECT 2", "SELECT 5--1|SELECT 2")]
    [InlineData("SELECT 1 # no; 'end\n; SELECT 2", "SELECT 1 # no; 'end|SELECT 2")]
    [InlineData("SELECT /* ; ' */ 1; SELECT 2", "SELECT /* ; ' */ 1|SELECT 2")]
    [InlineData("CREATE TABLE t (a INT) /*M! PAGE_COMPRESSED=1 */; SELECT 2", "CREATE TABLE t (a INT) /*M! PAGE_COMPRESSED=1 */|SELECT 2")]
    [InlineData("SELECT 1 /*!80000 , '*/;' */; SELECT 2", "SELECT 1 /*!80000 , '*/;' */|SELECT 2")]
    [InlineData("-- only; a comment\n/* and; another */ # and;", "")]
    [InlineData("-- why\nSELECT 1;", "SELECT 1")]
    [InlineData("SELECT delimiter FROM t; SELECT 2", "SELECT delimiter FROM t|SELECT 2")]
    public void Statements_end_only_at_semicolons_of_code(string script, string expected) =>
        string.Join('|', SqlScript.Split(script).Select(statement => statement.Text)).ShouldBe(expected);

    [Fact]
    public void Statements_know_their_number_and_line()
    {
        var statements = SqlScript.Split("-- head\n\nSELECT\n 1;\n/* x\n*/ SELECT 2;");

        statements.Select(statement => (statement.Number, statement.Line)).ShouldBe([(1, 3), (2, 6)]);
    }

    [Theory]
    [InlineData("SELECT 1;\nDELIMITER //\nCREATE PROCEDURE p() BEGIN END //", "line 2: DELIMITER")]
    [InlineData("SELECT 1;\nSELECT 'abc", "line 2: ' without its end")]
    [InlineData("SELECT `abc;", "line 1: ` without its end")]
    [InlineData("SELECT 1;\n\n/* abc", "line 3: comment without end")]
    [InlineData("SELECT 1 /*! abc", "line 1: the statement has a comment without end")]
    public void What_cannot_be_split_is_refused_with_its_line(string script, string message) =>
        Should.Throw<FormatException>(() => SqlScript.Split(script)).Message.ShouldContain(message);

    [Fact]
    public void Any_text_in_any_quotes_stays_one_statement() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var value = text.Get.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
            var statements = SqlScript.Split($"INSERT INTO t VALUES ('{value}'); SELECT 2;");
            statements.Count.ShouldBe(2);
            statements[0].Text.ShouldBe($"INSERT INTO t VALUES ('{value}')");
        }).QuickCheckThrowOnFailure();
}
