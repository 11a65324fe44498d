using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Shouldly;
using ThemePark.BuildingBlocks;
using Xunit;

namespace ThemePark.UnitTests.Core;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Nested_types_of_one_name_get_schemas_of_their_own()
    {
        var schemas = (await ReadAsync()).GetProperty("components").GetProperty("schemas");

        Members(schemas, "ProbesWriteThingResult").ShouldContain("price");
        Members(schemas, "ProbesListThingsResult").ShouldBe(["limit", "offset", "start_date", "mood"]);
        Members(schemas, "ProbesWriteThingCommand").ShouldContain("count_of_days");
        schemas.TryGetProperty("Result", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Converted_types_are_described_as_they_are_written()
    {
        var schemas = (await ReadAsync()).GetProperty("components").GetProperty("schemas");

        var thing = schemas.GetProperty("ProbesWriteThingResult").GetProperty("properties");
        thing.GetProperty("price").GetProperty("type").GetString().ShouldBe("number");
        thing.GetProperty("seen_at").GetProperty("format").GetString().ShouldBe("date-time");
        thing.GetProperty("weight").GetProperty("type").EnumerateArray().Select(t => t.GetString()).Order().ShouldBe(["null", "number"]);
        schemas.GetProperty("NullableOfProbesMood").GetProperty("enum").EnumerateArray().Select(e => e.GetString()).ShouldBe(["FINE", "NOT_SO_FINE", null]);
    }

    [Fact]
    public async Task Admin_operations_ask_for_the_key_and_list_their_errors()
    {
        var paths = (await ReadAsync()).GetProperty("paths");

        var post = paths.GetProperty("/api/admin/probe/things").GetProperty("post");
        post.GetProperty("security")[0].TryGetProperty("AdminKey", out _).ShouldBeTrue();
        post.GetProperty("responses").EnumerateObject().Select(r => r.Name).ShouldBe(["201", "400", "401", "409", "429", "500", "503"], ignoreOrder: true);
        Reference(post, "409").ShouldBe("#/components/schemas/ErrorEnvelope");

        var park = paths.GetProperty("/api/parks/probe").GetProperty("get");
        park.TryGetProperty("security", out _).ShouldBeFalse();
        Reference(park, "400").ShouldBe("#/components/schemas/AnalyticsError");
    }

    [Fact]
    public async Task Query_parameters_are_spelled_in_snake_case()
    {
        var get = (await ReadAsync()).GetProperty("paths").GetProperty("/api/admin/probe/things").GetProperty("get");

        get.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()).ShouldBe(["limit", "offset", "start_date", "mood"]);
    }

    [Fact]
    public async Task An_input_that_is_not_snake_case_or_is_an_enum_fails_at_start()
    {
        (await StartWithAsync(g => g.MapGet("", (int? parkId) => parkId))).Message.ShouldContain("'parkId' is not snake_case");
        (await StartWithAsync(g => g.MapGet("/{rideId}", (string rideId) => rideId))).Message.ShouldContain("'rideId' is not snake_case");
        (await StartWithAsync(g => g.MapGet("", ([FromQuery(Name = "mood")] Probes.Mood? mood) => mood))).Message.ShouldContain("EnumText");
    }

    private static async Task<InvalidOperationException> StartWithAsync(Action<Microsoft.AspNetCore.Routing.RouteGroupBuilder> map)
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        map(app.MapAdmin("/bad", "Bad"));
        return Should.Throw<InvalidOperationException>(
            () => ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources.SelectMany(d => d.Endpoints).ToList());
    }

    private static async Task<JsonElement> ReadAsync()
    {
        await using var app = await BareApp.StartAsync();
        return await app.Anonymous.GetFromJsonAsync<JsonElement>(ApiDocument.Path);
    }

    private static IEnumerable<string> Members(JsonElement schemas, string name) =>
        schemas.GetProperty(name).GetProperty("properties").EnumerateObject().Select(p => p.Name);

    private static string? Reference(JsonElement operation, string status) =>
        operation.GetProperty("responses").GetProperty(status)
            .GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString();
}
