using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ThemePark.Simulator;

/// <summary>The simulated live API below <c>/v1</c>, and its own controls below <c>/_sim</c>.</summary>
internal sealed class LiveApi
{
    private readonly LiveServerOptions _options;
    private readonly LiveRouter _router;
    private readonly LiveControls _controls;
    private readonly RateWindow _rate;

    public LiveApi(LiveServerOptions options)
    {
        _options = options;
        World = new LiveWorld(options.World);
        Served = new ServedLog(options.KeepServed);
        _router = new LiveRouter(World);
        _controls = new LiveControls(options, World);
        // Real time, whatever the simulated clock does: a limit protects the server that really answers.
        _rate = new RateWindow(options.RateLimit, TimeProvider.System);
    }

    public LiveWorld World { get; }

    public ServedLog Served { get; }

    public static bool Handles(PathString path) => path.StartsWithSegments("/v1") || path.StartsWithSegments("/_sim");

    public async Task HandleAsync(HttpContext http, CancellationToken ct)
    {
        http.Response.Headers["X-Simulated"] = "themepark";
        if (http.Request.Path.StartsWithSegments("/_sim"))
        {
            await _controls.HandleAsync(http, ct);
            return;
        }

        var path = http.Request.Path.Value!;
        var now = _options.Clock.GetUtcNow();
        var ms = now.ToUnixTimeMilliseconds();
        var route = _router.Resolve(path, http.Request.Query, ms);
        var request = new LiveRequest(path, route.Subject?.Destination.Model, route.HasRows);
        var hit = _options.Faults.Decide(request, now);
        var served = new ServedAnswer
        {
            At = now,
            Path = path + http.Request.QueryString.Value,
            Destination = request.Destination?.Id,
            Status = 0,
            Fault = hit?.Fault.Kind,
        };
        try
        {
            served = await AnswerAsync(http, route, hit, ms, served, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The client has gone or the server stops: there is nobody to answer.
            http.Abort();
        }
        finally
        {
            Served.Add(served);
        }
    }

    private async Task<ServedAnswer> AnswerAsync(HttpContext http, LiveRoute route, LiveHit? hit, long ms, ServedAnswer served, CancellationToken ct)
    {
        switch (hit?.Fault.Kind)
        {
            case LiveFaultKind.Reset:
                http.Abort();
                return served;
            case LiveFaultKind.BlackHole:
                await Task.Delay(Timeout.Infinite, ct);
                return served;
            case LiveFaultKind.Slow:
                await Task.Delay(hit.Fault.Delay, ct);
                break;
        }

        var (reply, spoilt) = Reply(http, route, hit, ms);
        served = served with { Status = reply.Status, ETag = reply.ETag, Body = reply.Sent, Spoilt = spoilt };
        try
        {
            await reply.SendAsync(http, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            http.Abort();
            return served;
        }

        return served with { Complete = !reply.Cut };
    }

    private (LiveReply Reply, IReadOnlyList<string> Spoilt) Reply(HttpContext http, LiveRoute route, LiveHit? hit, long ms)
    {
        var exceeded = Limit(http);
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            return (new LiveReply(405, LiveRouter.ErrorBody("Method not allowed", "Only GET is answered.")), []);
        }

        if (http.Request.Headers.TryGetValue("X-API-Key", out var key) && string.IsNullOrWhiteSpace(key))
        {
            return (new LiveReply(401, LiveRouter.ErrorBody("Unauthorized", "The API key is empty.")), []);
        }

        if (LiveReply.Instead(hit?.Fault) is { } failure)
        {
            return (failure, []);
        }

        if (exceeded is { } after)
        {
            return (LiveReply.TooMany(after), []);
        }

        if (route.Status != 200)
        {
            return (new LiveReply(route.Status, route.Write(ms)), []);
        }

        var frozen = hit?.Fault.Kind == LiveFaultKind.Frozen;
        var body = route.Write(frozen ? Math.Min(hit!.Since.ToUnixTimeMilliseconds(), ms) : ms);
        IReadOnlyList<string> spoilt = [];
        if (hit is { Fault.IsOfRows: true } && !frozen)
        {
            (body, spoilt) = LiveSpoiler.Spoil(body, hit.Fault, route.Subject!, World, ms);
        }

        var reply = LiveReply.Document(body, http.Request.Headers.IfNoneMatch.ToString());
        return (hit?.Fault.Kind switch
        {
            LiveFaultKind.Truncated => reply with { Cut = reply.Status == 200 },
            LiveFaultKind.WrongContentType => reply with { ContentType = "text/plain; charset=utf-8" },
            _ => reply,
        }, spoilt);
    }

    /// <summary>Writes the headers of the limit; the time to wait when it is exceeded and enforced.</summary>
    private TimeSpan? Limit(HttpContext http)
    {
        var (remaining, reset, exceeded) = _rate.Count();
        var headers = http.Response.Headers;
        var limit = _options.RateLimit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Limit"] = limit;
        headers["RateLimit-Policy"] = limit + ";w=60";
        headers["RateLimit-Remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
        return exceeded && _options.EnforceRateLimit ? TimeSpan.FromSeconds(reset) : null;
    }
}
