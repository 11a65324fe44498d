using System.Security.Cryptography;
using ThemePark.Host.Console.Access;

namespace ThemePark.Host.Console.Layout;

/// <summary>The one stylesheet, out of the program itself: there is no folder of assets to lose.</summary>
internal static class Stylesheet
{
    public const string Path = ConsoleSetup.Root + "/console.css";
    private static readonly byte[] Bytes = Read();

    /// <summary>Names the content, so that browsers may keep it until there is another.</summary>
    public static string Link { get; } = $"{Path}?v={Convert.ToHexString(SHA256.HashData(Bytes))[..12]}";

    public static void MapStylesheet(this IEndpointRouteBuilder app) => app
        .MapGet(Path, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return Results.Bytes(Bytes, "text/css; charset=utf-8");
        })
        .ExcludeFromDescription()
        .WithMetadata(new MayBeKept());

    private static byte[] Read()
    {
        using var resource = typeof(Stylesheet).Assembly.GetManifestResourceStream("console.css")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
