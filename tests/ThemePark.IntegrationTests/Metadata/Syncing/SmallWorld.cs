using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ThemePark.IntegrationTests.Upstream;

namespace ThemePark.IntegrationTests.Metadata.Syncing;

/// <summary>An upstream of a few parks that a test changes as it likes: names, places, parents, what is listed and what breaks.</summary>
internal sealed class SmallWorld : IAsyncDisposable
{
    private readonly List<Thing> _things = [];

    private SmallWorld(StubUpstream server) => Server = server;

    public StubUpstream Server { get; }

    /// <summary>Paths below <c>/v1</c> that are answered 500, by their end.</summary>
    public HashSet<string> Broken { get; } = [];

    public bool Simulated { get; set; }

    /// <summary>Answered entity documents, with whether they were sent or only confirmed.</summary>
    public ConcurrentQueue<(Guid Id, int Status)> Served { get; } = new();

    public static async Task<SmallWorld> StartAsync()
    {
        var world = new SmallWorld(await StubUpstream.StartAsync(TimeProvider.System));
        world.Server.Answer = (http, _) => world.AnswerAsync(http);
        return world;
    }

    public Thing Destination(string name) => Add(new Thing("DESTINATION", name, null));

    public Thing Park(Thing destination, string name) => Add(new Thing("PARK", name, destination) { Attributes = { ["slug"] = name.ToLowerInvariant() } });

    public Thing Ride(Thing parent, string name, string type = "ATTRACTION", string attributes = "{}") =>
        Add(new Thing(type, name, parent) { Attributes = JsonNode.Parse(attributes)!.AsObject() });

    public IReadOnlyList<Thing> Rides(Thing parent, int count) =>
        [.. Enumerable.Range(1, count).Select(i => Ride(parent, string.Create(CultureInfo.InvariantCulture, $"{parent.Name} ride {i}")))];

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private Thing Add(Thing thing)
    {
        _things.Add(thing);
        return thing;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!["/v1".Length..];
        if (Simulated)
        {
            http.Response.Headers["X-Simulated"] = "1";
        }

        if (Broken.Any(end => path.EndsWith(end, StringComparison.Ordinal)))
        {
            await StubUpstream.StatusAsync(http, 500);
            return;
        }

        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["destinations"]:
                await StubUpstream.JsonAsync(http, Destinations().ToJsonString());
                break;
            case ["entity", var id, "children"]:
                await StubUpstream.JsonAsync(http, Children(Guid.Parse(id)).ToJsonString());
                break;
            case ["entity", var id] when _things.Find(t => t.Id == Guid.Parse(id)) is { } thing:
                await DocumentAsync(http, thing);
                break;
            default:
                await StubUpstream.StatusAsync(http, 404);
                break;
        }
    }

    private async Task DocumentAsync(HttpContext http, Thing thing)
    {
        var body = thing.Document().ToJsonString();
        var etag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)).AsSpan(0, 8))}\"";
        http.Response.Headers.ETag = etag;
        var known = http.Request.Headers.IfNoneMatch == etag;
        Served.Enqueue((thing.Id, known ? 304 : 200));
        if (known)
        {
            http.Response.StatusCode = 304;
            return;
        }

        await StubUpstream.JsonAsync(http, body);
    }

    private JsonObject Destinations() => new()
    {
        ["destinations"] = new JsonArray([.. _things.Where(t => t.Type == "DESTINATION" && t.Listed).Select(d => new JsonObject
        {
            ["id"] = d.Id.ToString(),
            ["name"] = d.Name,
            ["parks"] = new JsonArray([.. _things.Where(t => t.Type == "PARK" && t.Parent == d && t.Listed)
                .Select(p => new JsonObject { ["id"] = p.Id.ToString(), ["name"] = p.Name })]),
        })]),
    };

    private JsonObject Children(Guid destination) => new()
    {
        ["children"] = new JsonArray([.. _things.Where(t => t.Listed && t.Root.Id == destination && t.Id != destination).Select(t => new JsonObject
        {
            ["id"] = t.Id.ToString(),
            ["name"] = t.Name,
            ["entityType"] = t.Type,
            ["parentId"] = t.Parent!.Id.ToString(),
        })]),
    };

    internal sealed class Thing(string type, string name, Thing? parent)
    {
        public Guid Id { get; } = Guid.NewGuid();

        public string Type => type;

        public string Name { get; set; } = name;

        public Thing? Parent { get; set; } = parent;

        public bool Listed { get; set; } = true;

        public string Zone { get; set; } = "Europe/Berlin";

        public JsonObject Attributes { get; set; } = [];

        public Thing Root => Parent?.Root ?? this;

        private Thing? Park => Type == "PARK" ? this : Parent?.Park;

        public JsonObject Document()
        {
            var document = new JsonObject
            {
                ["id"] = Id.ToString(),
                ["name"] = Name,
                ["entityType"] = Type,
                ["timezone"] = Zone,
                ["parentId"] = Parent?.Id.ToString(),
                ["destinationId"] = Parent is null ? null : Root.Id.ToString(),
            };
            if (Type != "PARK" && Park is { } park)
            {
                document["parkId"] = park.Id.ToString();
            }

            foreach (var (field, value) in Attributes)
            {
                document[field] = value?.DeepClone();
            }

            return document;
        }
    }
}
