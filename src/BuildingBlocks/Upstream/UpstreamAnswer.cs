using System.Buffers;
using System.Net;
using System.Text.Json;

namespace ThemePark.Upstream;

/// <summary>Judges one HTTP answer: a whole JSON document, or an <see cref="UpstreamException"/> that says what came instead.</summary>
internal sealed class UpstreamAnswer(string path, HttpResponseMessage response, int maxBytes, TimeProvider time)
{
    private const int MaxErrorBytes = 64 * 1024;

    // A 429 that says nothing of when.
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBelieved = TimeSpan.FromDays(1);

    /// <param name="remembered">The document whose ETag was sent along, or null.</param>
    /// <param name="ct">Ends the reading of the body.</param>
    public async Task<UpstreamDocument> ReadAsync(UpstreamDocument? remembered, CancellationToken ct)
    {
        var simulated = response.Headers.Contains("X-Simulated");
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                CheckType();
                ReadOnlyMemory<byte> body = await ReadBodyAsync(maxBytes, ct);
                body = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
                CheckJson(body.Span);
                return new UpstreamDocument(path, body, response.Headers.ETag?.ToString(), false, time.GetUtcNow(), simulated);
            case HttpStatusCode.NotModified when remembered is not null:
                return remembered with { NotModified = true, ReceivedAt = time.GetUtcNow(), Simulated = simulated };
            default:
                throw await FailureAsync(ct);
        }
    }

    /// <summary>The JSON of one document, whole: who is sent half of it must not take it for all, nor remember it.</summary>
    private void CheckJson(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = UpstreamDocument.MaxDepth });
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw Failure(UpstreamFailure.InvalidData, $"sent {body.Length} bytes that are no whole JSON document: {e.Message}", retriable: true, e);
        }
    }

    private void CheckType()
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null
            || (!type.Equals("application/json", StringComparison.OrdinalIgnoreCase) && !type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        {
            throw Failure(UpstreamFailure.InvalidData, $"sent {(type is null ? "no content type" : type[..Math.Min(type.Length, 100)])} instead of JSON", retriable: false);
        }
    }

    private async Task<UpstreamException> FailureAsync(CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var answered = $"answered {status}";
        switch (status)
        {
            case 429:
                return Waiting(UpstreamFailure.RateLimited, answered, RetryAfter(await RetryAfterInBodyAsync(ct)) ?? UsualWait);
            case 503 when RetryAfter(null) is { } wait:
                return Waiting(UpstreamFailure.ApiUnavailable, answered, wait);
            case 408 or >= 500:
                return Failure(UpstreamFailure.ApiUnavailable, answered, retriable: true);
            case 401 or 403:
                return Failure(UpstreamFailure.Unauthorized, $"{answered}: see setting {UpstreamOptions.Section}:{nameof(UpstreamOptions.ApiKey)}", retriable: false);
            case 404 or 410:
                return Failure(UpstreamFailure.NotFound, answered, retriable: false);
            case 304:
                return Failure(UpstreamFailure.InvalidData, "answered 304 though it was told of no ETag", retriable: false);
            default:
                // Redirects are not followed: the key must not be sent to anybody else.
                return Failure(UpstreamFailure.InvalidData, answered, retriable: false);
        }
    }

    private TimeSpan? RetryAfter(TimeSpan? inBody)
    {
        var header = response.Headers.RetryAfter;
        var stated = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        var longer = stated is null || inBody > stated ? inBody : stated;
        // Whoever says "now" or gives an hour that has passed still said no.
        return longer is null ? null : TimeSpan.FromTicks(Math.Clamp(longer.Value.Ticks, TimeSpan.TicksPerSecond, LongestBelieved.Ticks));
    }

    private async Task<TimeSpan?> RetryAfterInBodyAsync(CancellationToken ct)
    {
        try
        {
            using var json = JsonDocument.Parse(await ReadBodyAsync(MaxErrorBytes, ct));
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            {
                root = error;
            }

            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("retryAfter", out var value)
                   && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
                ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestBelieved.TotalSeconds))
                : null;
        }
        catch (Exception e) when (e is JsonException or UpstreamException)
        {
            return null;
        }
    }

    private async Task<byte[]> ReadBodyAsync(int most, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        var filled = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(ct);
            while (await stream.ReadAsync(buffer.AsMemory(filled), ct) is var read && read > 0)
            {
                filled += read;
                if (filled > most)
                {
                    throw Failure(UpstreamFailure.InvalidData, $"sent more than {most} bytes", retriable: false);
                }

                if (filled == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, filled).ToArray();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException)
        {
            throw Failure(UpstreamFailure.InvalidData, $"ended inside the body, after {filled} bytes", retriable: true, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private UpstreamException Waiting(UpstreamFailure kind, string what, TimeSpan wait) =>
        new(kind, $"{path} {what}, to be asked again in {wait.TotalSeconds:0} s") { Retriable = true, RetryAfter = wait, RetryAt = time.GetUtcNow() + wait };

    private UpstreamException Failure(UpstreamFailure kind, string what, bool retriable, Exception? inner = null) =>
        new(kind, $"{path} {what}", inner) { Retriable = retriable };
}
