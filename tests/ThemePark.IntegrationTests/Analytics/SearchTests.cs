using System.Net;
using System.Text.Json;
using Dapper;
using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class SearchTests : IAsyncLifetime
{
    private StatsScene _scene = null!;
    private int _mountain;

    public async Task InitializeAsync()
    {
        _scene = await StatsScene.CreateAsync();
        var kingdom = await _scene.ParkAsync("Magic Kingdom", destination: await _scene.DestinationAsync("Grand Resort"));
        var asterix = await _scene.ParkAsync("Parc Astérix");
        _mountain = await _scene.RideAsync(kingdom, "Space Mountain™", tier: 1);
        await _scene.RideAsync(kingdom, "Country Bear Jamboree", kind: EntityKind.Show);
        await _scene.RideAsync(kingdom, "Astro Orbiter", kind: EntityKind.Unknown);
        await _scene.RideAsync(kingdom, "Space Café", kind: EntityKind.Restaurant);
        await _scene.RideAsync(asterix, "Oziris");
        await using var connection = await _scene.Test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE destinations SET updated_at = '2026-07-01'; UPDATE parks SET updated_at = '2026-07-02'; UPDATE rides SET updated_at = '2026-07-03 04:05:06.007'");
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task The_index_has_every_park_attraction_and_show_with_its_page() => await Verifier.Verify(Indented(await _scene.GetAsync("/api/search/index")), scrub: false);

    [Fact]
    public async Task What_was_typed_finds_rides_and_parks_with_their_scores() => await Verifier.Verify(Indented(await _scene.GetAsync("/api/search?q=spcae%20mountain")));

    [Theory]
    [InlineData("parc ASTERIX", "Parc Astérix", 100)]
    [InlineData("magic", "Magic Kingdom", 80)]
    [InlineData("bear", "Country Bear Jamboree", 50)]
    [InlineData("osiris", "Oziris", 20)]
    public async Task The_best_match_comes_first(string typed, string name, double atLeast)
    {
        var best = (await _scene.GetAsync($"/api/search?q={Uri.EscapeDataString(typed)}")).GetProperty("results")[0];

        best.GetProperty("name").GetString().ShouldBe(name);
        best.GetProperty("score").GetDouble().ShouldBeGreaterThanOrEqualTo(atLeast);
    }

    [Fact]
    public async Task Restaurants_are_not_found() =>
        (await _scene.GetAsync("/api/search?q=caf%C3%A9")).GetProperty("results").GetArrayLength().ShouldBe(0);

    [Fact]
    public async Task A_new_name_is_found_at_once()
    {
        (await _scene.GetAsync("/api/search?q=star+tours")).GetProperty("count").GetInt32().ShouldBe(0);
        await using (var connection = await _scene.Test.Database.OpenAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync("UPDATE rides SET name = 'Star Tours' WHERE ride_id = @_mountain", new { _mountain });
        }

        (await _scene.GetAsync("/api/search?q=star+tours")).GetProperty("results")[0].GetProperty("id").GetInt32().ShouldBe(_mountain);
        (await _scene.GetAsync("/api/search/index")).GetProperty("rides").EnumerateArray().Select(r => r.GetProperty("name").GetString()).ShouldContain("Star Tours");
    }

    [Theory]
    [InlineData("/api/search", "q")]
    [InlineData("/api/search?q=", "q")]
    [InlineData("/api/search?q=%20%20", "q")]
    [InlineData("/api/search?q=a&limit=0", "limit")]
    [InlineData("/api/search?q=a&limit=101", "limit")]
    [InlineData("/api/search?q=a&limit=few", "limit")]
    public async Task A_bad_parameter_is_named(string path, string parameter) => await IsRefusedAsync(path, parameter);

    [Fact]
    public async Task What_was_typed_has_an_end()
    {
        await _scene.GetAsync($"/api/search?q={new string('a', 100)}");
        await IsRefusedAsync($"/api/search?q={new string('a', 101)}", "q");
    }

    private async Task IsRefusedAsync(string path, string parameter)
    {
        var error = await _scene.GetAsync(path, HttpStatusCode.BadRequest);

        error.GetProperty("success").GetBoolean().ShouldBeFalse();
        error.GetProperty("error").GetString().ShouldNotBeNull().Split(' ', '\'').ShouldContain(parameter);
    }

    private static string Indented(JsonElement json) => JsonSerializer.Serialize(json, Pretty);

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
