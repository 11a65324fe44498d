using System.Data;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

/// <summary>No text, wherever it stands in a query, becomes part of the statement.</summary>
[Collection(ParkReads.Name)]
public sealed class LiteralInjectionTests(ParkFixture park) : ParkTestBase(park)
{
    public static TheoryData<string> Attacks { get; } =
    [
        @"\' OR 1=1 -- ", @"\\' OR 1=1 -- ", "' OR '1'='1", @"\", @"'\", "\"", "`", "%' OR 1=1 -- ", "!%' OR 1=1 -- ", "'; DROP TABLE rides; -- ",
        "*/ OR 1=1 /*", "@p0", "@p OR 1=1", "?", "\0' OR 1=1 -- ", "\u00bf' OR 1=1 -- ", "\u02bc OR 1=1 -- ", "\ud83d\ude00' OR 1=1 -- ", "\n' OR 1=1 -- ", "{0}", "\x1a'",
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_parameter_cannot_break_out(string text)
    {
        await using var context = Park.Context();
        var expected = Park.Rides.Count(r => r.Name == text);
        (await context.Rides.CountAsync(r => r.Name == text)).ShouldBe(expected);
        (await context.Rides.Where(r => r.Id == Park.Rides[0].Id).Select(r => new { r.Id, Text = text }).SingleAsync()).Text.ShouldBe(text);
        (await context.Rides.Where(r => r.Id == Park.Rides[0].Id).Select(r => r.Name + text).SingleAsync()).ShouldBe(Park.Rides[0].Name + text);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task An_inlined_constant_cannot_break_out(string text)
    {
        string[] texts = [text, "a"];
        await using var context = Park.Context();
        (await context.Rides.CountAsync(r => r.Name == EF.Constant(text))).ShouldBe(Park.Rides.Count(r => r.Name == text));
        (await context.Rides.CountAsync(r => EF.Constant(texts).Contains(r.Name))).ShouldBe(Park.Rides.Count(r => r.Name == text || r.Name == "a"));
        (await context.Rides.Where(r => r.Id == Park.Rides[0].Id).Select(r => r.Name + EF.Constant(text)).SingleAsync()).ShouldBe(Park.Rides[0].Name + text);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_search_pattern_cannot_break_out_or_match_more(string text)
    {
        await using var context = Park.Context();
        var (starts, ends, contains) = (
            Park.Rides.Count(r => r.Name.StartsWith(text, StringComparison.Ordinal)),
            Park.Rides.Count(r => r.Name.EndsWith(text, StringComparison.Ordinal)),
            Park.Rides.Count(r => r.Name.Contains(text, StringComparison.Ordinal)));
        (await context.Rides.CountAsync(r => r.Name.StartsWith(text, StringComparison.Ordinal))).ShouldBe(starts);
        (await context.Rides.CountAsync(r => r.Name.EndsWith(text, StringComparison.Ordinal))).ShouldBe(ends);
        (await context.Rides.CountAsync(r => r.Name.Contains(text, StringComparison.Ordinal))).ShouldBe(contains);
        (await context.Rides.CountAsync(r => r.Name.StartsWith(EF.Constant(text), StringComparison.Ordinal))).ShouldBe(starts);
        (await context.Rides.CountAsync(r => r.Name.EndsWith(EF.Constant(text), StringComparison.Ordinal))).ShouldBe(ends);
        (await context.Rides.CountAsync(r => r.Name.Contains(EF.Constant(text), StringComparison.Ordinal))).ShouldBe(contains);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_comment_cannot_break_out(string text)
    {
        await using var context = Park.Context();
        (await context.Rides.TagWith(text).CountAsync(r => r.Name == "a")).ShouldBe(1);
        (await context.Rides.TagWith(text + "\r\nOR 1=1\nOR 1=1").CountAsync(r => r.Name == "a")).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_constant_is_the_same_where_a_backslash_is_only_a_backslash(string text)
    {
        await using var connection = await Park.Database.OpenDedicatedAsync(CancellationToken.None);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'";
            await command.ExecuteNonQueryAsync();
        }

        await using var context = new ParkContext(ParkFixture.Builder().UseMySql(connection, Park.Server).Options);
        connection.State.ShouldBe(ConnectionState.Open);
        (await context.Rides.CountAsync(r => r.Name == EF.Constant(text))).ShouldBe(Park.Rides.Count(r => r.Name == text));
        (await context.Rides.CountAsync(r => r.Name.Contains(EF.Constant(text), StringComparison.Ordinal)))
            .ShouldBe(Park.Rides.Count(r => r.Name.Contains(text, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Half_an_emoji_is_an_error_not_another_text()
    {
        await using var context = Park.Context();
        await Should.ThrowAsync<Exception>(() => context.Rides.CountAsync(r => r.Name == EF.Constant("\ud83d")));
    }
}
