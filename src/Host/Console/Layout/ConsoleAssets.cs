using System.Collections.Frozen;
using System.Security.Cryptography;
using ThemePark.Host.Console.Access;

namespace ThemePark.Host.Console.Layout;

/// <summary>The stylesheet and the scripts, out of the program itself: there is no folder of assets to lose.</summary>
internal static class ConsoleAssets
{
    public const string Path = ConsoleSetup.Root + "/assets";

    /// <summary>What the project file gives its resources, before their file's name.</summary>
    private const string Prefix = "console/";

    private static readonly FrozenDictionary<string, Asset> All = Read();

    /// <summary>Names the content, so that browsers may keep it until there is another.</summary>
    public static string Link(string name) => $"{Path}/{name}?v={All[name].Version}";

    public static void MapAssets(this IEndpointRouteBuilder app) => app
        .MapGet(Path + "/{name}", (string name, HttpContext http) =>
        {
            if (!All.TryGetValue(name, out var asset))
            {
                return Results.NotFound();
            }

            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return Results.Bytes(asset.Bytes, asset.Type);
        })
        .ExcludeFromDescription()
        .WithMetadata(new MayBeKept());

    private static FrozenDictionary<string, Asset> Read()
    {
        var program = typeof(ConsoleAssets).Assembly;
        return program.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(
            n => n[Prefix.Length..],
            n =>
            {
                using var resource = program.GetManifestResourceStream(n)!;
                var bytes = new byte[resource.Length];
                resource.ReadExactly(bytes);
                return new Asset(
                    bytes,
                    n.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
                    Convert.ToHexString(SHA256.HashData(bytes))[..12]);
            },
            StringComparer.Ordinal);
    }

    /// <param name="Version">Of its content.</param>
    private sealed record Asset(byte[] Bytes, string Type, string Version);
}
