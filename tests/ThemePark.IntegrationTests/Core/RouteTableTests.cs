using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Core;

/// <summary>Rules that hold for every route of the real host, whichever module brought it.</summary>
public sealed partial class RouteTableTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(database.Test);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Every_admin_route_without_a_key_is_401()
    {
        var routes = Routes().Where(r => Pattern(r).StartsWith("/api/admin", StringComparison.Ordinal)).ToList();
        routes.ShouldNotBeEmpty();

        foreach (var route in routes)
        {
            foreach (var method in Methods(route))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(Pattern(route), "1"));
                var answer = await _app.Anonymous.SendAsync(request);
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {Pattern(route)}");
                answer.Headers.WwwAuthenticate.ShouldNotBeEmpty();
            }
        }
    }

    [Fact]
    public void Every_route_is_documented()
    {
        // Pages of the console, and what the framework maps beside them, are no API.
        string[] others = ["/openapi", "/console", "/_framework"];
        var routes = Routes().Where(r => !others.Any(o => Pattern(r).StartsWith(o, StringComparison.Ordinal))).ToList();
        routes.ShouldNotBeEmpty();

        foreach (var route in routes)
        {
            var name = $"{string.Join(',', Methods(route))} {Pattern(route)}";
            route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary.ShouldNotBeNullOrWhiteSpace(name);
            route.Metadata.GetMetadata<IEndpointSummaryMetadata>().ShouldNotBeNull(name);
            route.Metadata.GetMetadata<ITagsMetadata>().ShouldNotBeNull(name).Tags.ShouldNotBeEmpty(name);
            var answers = route.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>();
            answers.ShouldContain(a => a.StatusCode < 400, name);
            if (Pattern(route).StartsWith("/api/admin", StringComparison.Ordinal))
            {
                int[] common = [400, 401, 429, 500, 503];
                common.Except(answers.Select(a => a.StatusCode)).ShouldBeEmpty(name);
            }
        }
    }

    [Fact]
    public async Task The_document_lists_every_api_route_and_no_schema_stands_for_two_types()
    {
        var document = await _app.Anonymous.GetFromJsonAsync<JsonElement>(ApiDocument.Path);

        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        Routes().Select(r => Pattern(r).TrimEnd('/')).Where(p => p.StartsWith("/api/", StringComparison.Ordinal)).Except(paths).ShouldBeEmpty();
        paths.ShouldNotContain(p => p.StartsWith("/console", StringComparison.Ordinal));

        // Types whose schema would get one name: their members would be mixed up without a word.
        var options = JsonOptions();
        var clashes = Types().GroupBy(t => ApiDocument.SchemaName(options.GetTypeInfo(t))).Where(g => g.Key is not null && g.Count() > 1);
        Types().ShouldNotBeEmpty();
        clashes.Select(c => $"{c.Key}: {string.Join(", ", c)}").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_browsable_page_needs_nothing_from_elsewhere()
    {
        var page = await _app.Anonymous.GetStringAsync("/docs/index.html");

        page.ShouldContain("ThemePark API");
        ForeignResource().IsMatch(page).ShouldBeFalse(page);
        foreach (Match own in OwnResource().Matches(page))
        {
            (await _app.Anonymous.GetAsync($"/docs/{own.Groups[1].Value}")).StatusCode.ShouldBe(HttpStatusCode.OK, own.Value);
        }

        OwnResource().Count(page).ShouldBeGreaterThan(2);
    }

    private JsonSerializerOptions JsonOptions() =>
        _app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;

    // Bodies and answers of every route, and every type of ours that they hold.
    private HashSet<Type> Types()
    {
        var options = JsonOptions();
        var found = new HashSet<Type>();
        var open = new Stack<Type>(Routes().SelectMany(r =>
            r.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().Select(p => p.Type)
                .Concat(r.Metadata.GetOrderedMetadata<IAcceptsMetadata>().Select(a => a.RequestType))).OfType<Type>());
        while (open.TryPop(out var type))
        {
            var plain = Nullable.GetUnderlyingType(type) ?? type;
            if (plain == typeof(void) || plain == typeof(object))
            {
                continue;
            }

            var info = options.GetTypeInfo(plain);
            if (info.ElementType is { } element)
            {
                open.Push(element);
            }

            if (plain.Namespace?.StartsWith("ThemePark", StringComparison.Ordinal) == true && found.Add(plain))
            {
                foreach (var property in info.Properties)
                {
                    open.Push(property.PropertyType);
                }
            }
        }

        return found;
    }

    private IEnumerable<RouteEndpoint> Routes() =>
        _app.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    private static string Pattern(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.TrimStart('/');

    private static IReadOnlyList<string> Methods(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("""(?:src|href)="(?:https?:)?//""")]
    private static partial Regex ForeignResource();

    [GeneratedRegex("""(?:src|href)="\./([^"]+)""")]
    private static partial Regex OwnResource();
}
