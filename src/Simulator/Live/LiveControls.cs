using Microsoft.AspNetCore.Http;

namespace ThemePark.Simulator;

/// <summary>
/// <c>GET /_sim/state</c>; <c>POST /_sim/faults</c> with one fault per line as the command line has them, all or none; <c>DELETE /_sim/faults</c>.
/// </summary>
internal sealed class LiveControls(LiveServerOptions options, LiveWorld world)
{
    private const int MostBytes = 64 * 1024;

    public async Task HandleAsync(HttpContext http, CancellationToken ct)
    {
        switch (http.Request.Method, http.Request.Path.Value)
        {
            case ("GET", "/_sim/state"):
                await WriteAsync(http, 200, State(), ct);
                break;
            case ("POST", "/_sim/faults"):
                await AddAsync(http, ct);
                break;
            case ("DELETE", "/_sim/faults"):
                options.Faults.Clear();
                await WriteAsync(http, 200, State(), ct);
                break;
            default:
                await WriteAsync(http, 404, LiveRouter.ErrorBody("Not found", "Controls are GET /_sim/state, POST and DELETE /_sim/faults."), ct);
                break;
        }
    }

    private async Task AddAsync(HttpContext http, CancellationToken ct)
    {
        if (http.Request.ContentLength is not (> 0 and <= MostBytes))
        {
            await WriteAsync(http, 400, LiveRouter.ErrorBody("Bad request", "The body is one fault per line, up to 64 KiB."), ct);
            return;
        }

        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(ct);
        try
        {
            var faults = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(LiveFault.Parse).ToList();
            faults.ForEach(f => options.Faults.Add(f));
        }
        catch (FormatException e)
        {
            await WriteAsync(http, 400, LiveRouter.ErrorBody("Bad request", e.Message), ct);
            return;
        }

        await WriteAsync(http, 200, State(), ct);
    }

    private byte[] State() => LiveJson.Document(json =>
    {
        json.WriteString("simulator"u8, "themepark");
        json.WriteString("notice"u8, "Everything served here is invented by a simulator; no park has ever stated it.");
        json.WriteNumber("seed"u8, options.World.Seed);
        json.WriteNumber("speed"u8, options.Clock is SimClock clock ? clock.Speed : 1);
        json.WriteString("now"u8, options.Clock.GetUtcNow());
        json.WriteNumber("destinations"u8, world.Destinations.Count);
        json.WriteNumber("parks"u8, world.ParkCount);
        json.WriteNumber("rides"u8, world.RideCount);
        json.WriteStartArray("faults"u8);
        foreach (var fault in options.Faults.Faults)
        {
            json.WriteStringValue(fault.ToString());
        }

        json.WriteEndArray();
    });

    private static async Task WriteAsync(HttpContext http, int status, byte[] body, CancellationToken ct)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(body, ct);
    }
}
