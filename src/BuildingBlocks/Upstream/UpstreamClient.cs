using System.Globalization;

namespace ThemePark.Upstream;

/// <summary>
/// The ThemeParks.wiki API. One instance per use; the budget, the gate, the breaker and the remembered bodies are shared by all of the process.
/// Every method throws <see cref="UpstreamException"/> when the document cannot be had.
/// </summary>
public sealed class UpstreamClient
{
    private static readonly string UserAgent = $"ThemePark/{typeof(UpstreamClient).Assembly.GetName().Version?.ToString(3)}";
    private readonly HttpClient _http;
    private readonly UpstreamOptions _options;
    private readonly UpstreamGuard _guard;
    private readonly RememberedBodies _bodies;
    private readonly TimeProvider _time;
    private readonly string _base;

    internal UpstreamClient(HttpClient http, UpstreamOptions options, UpstreamGuard guard, RememberedBodies bodies, TimeProvider time)
    {
        (_http, _options, _guard, _bodies, _time) = (http, options, guard, bodies, time);
        _base = options.BaseAddress.TrimEnd('/');
    }

    /// <summary>The breaker and the gate, as of now.</summary>
    public UpstreamStatus Status => _guard.Status();

    /// <summary>Closes the breaker and forgets a Retry-After.</summary>
    public void Reset() => _guard.Reset();

    /// <summary>Everything beneath a destination or a park, in one document.</summary>
    public Task<UpstreamDocument> GetLiveAsync(Guid destination, CancellationToken ct) => GetAsync($"/entity/{destination}/live", remember: true, ct);

    /// <summary>All destinations with their parks.</summary>
    public Task<UpstreamDocument> GetDestinationsAsync(CancellationToken ct) => GetAsync("/destinations", remember: true, ct);

    /// <summary>Today and the next 30 days.</summary>
    public Task<UpstreamDocument> GetScheduleAsync(Guid entity, CancellationToken ct) => GetAsync($"/entity/{entity}/schedule", remember: false, ct);

    /// <summary>One calendar month of the park.</summary>
    public Task<UpstreamDocument> GetScheduleAsync(Guid entity, int year, int month, CancellationToken ct) =>
        GetAsync(string.Create(CultureInfo.InvariantCulture, $"/entity/{entity}/schedule/{year:0000}/{month:00}"), remember: false, ct);

    /// <summary>One entity's own document; in the background: see <see cref="UpstreamGuard"/>.</summary>
    /// <param name="entity">Its id.</param>
    /// <param name="etag">Of the document the caller has; is it still upstream's, the answer says so and has no body. Null: send it whole.</param>
    /// <param name="ct">Ends the waiting, too.</param>
    public Task<UpstreamDocument> GetEntityAsync(Guid entity, string? etag, CancellationToken ct)
    {
        var path = $"/entity/{entity}";
        var held = etag is null ? null : new UpstreamDocument(path, default, etag, false, default, false);
        return _guard.RunAsync(path, token => SendAsync(path, held, token), ct, background: true);
    }

    /// <summary>The whole tree beneath a destination or a park, flat; in the background as well.</summary>
    public Task<UpstreamDocument> GetChildrenAsync(Guid entity, CancellationToken ct)
    {
        var path = $"/entity/{entity}/children";
        return _guard.RunAsync(path, token => SendAsync(path, null, token), ct, background: true);
    }

    private async Task<UpstreamDocument> GetAsync(string path, bool remember, CancellationToken ct)
    {
        var document = await _guard.RunAsync(path, token => SendAsync(path, remember ? _bodies.Find(path) : null, token), ct);
        if (remember)
        {
            _bodies.Keep(document);
        }

        return document;
    }

    private async Task<UpstreamDocument> SendAsync(string path, UpstreamDocument? remembered, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _base + path);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd(UserAgent);
        if (_options.ApiKey is { Length: > 0 } key)
        {
            request.Headers.Add("X-API-Key", key);
        }

        if (remembered is { ETag: { } etag })
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        }

        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await new UpstreamAnswer(path, response, _options.MaxBodyBytes, _time).ReadAsync(remembered, either.Token);
        }
        catch (HttpRequestException e)
        {
            throw new UpstreamException(UpstreamFailure.ApiUnavailable, $"{path} could not be asked for: {e.Message}", e) { Retriable = true };
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException(
                UpstreamFailure.ApiUnavailable, $"{path} was not answered within {_options.Timeout.TotalSeconds:0.###} s", e) { Retriable = true };
        }
    }
}
