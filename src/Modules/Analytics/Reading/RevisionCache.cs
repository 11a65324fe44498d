using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>
/// Answers by their ETag, which names the version of the data: an answer is never stale, it only stops being asked for. Bounded by size; the
/// least recently used go first. Who asks for what is being computed waits for it.
/// </summary>
internal sealed class RevisionCache(IOptions<AnalyticsOptions> options) : IDisposable
{
    // What an entry costs besides its bytes.
    private const int Overhead = 512;

    // An answer of an old version is never asked for again.
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions
    {
        SizeLimit = options.Value.CacheMegabytes * 1024L * 1024,
        TrackStatistics = true,
    });

    private readonly ConcurrentDictionary<string, TaskCompletionSource<byte[]?>> _underWay = new(StringComparer.Ordinal);

    /// <summary>Bytes kept.</summary>
    public long Size => _answers.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0;

    /// <summary>The answer kept under the tag, or what <paramref name="compute"/> makes; null is an answer that is not kept, nor shared.</summary>
    public async Task<(byte[]? Answer, bool Hit)> FindAsync(string tag, Func<Task<byte[]?>> compute, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_answers.TryGetValue(tag, out byte[]? kept))
            {
                return (kept, true);
            }

            var own = new TaskCompletionSource<byte[]?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var first = _underWay.GetOrAdd(tag, own);
            if (first == own)
            {
                return await ComputeAsync(tag, compute, own);
            }

            try
            {
                return await first.Task.WaitAsync(cancellationToken) is { } shared ? (shared, true) : (await compute(), false);
            }
            catch (OperationCanceledException) when (first.Task.IsCanceled && !cancellationToken.IsCancellationRequested)
            {
                // Who computed it has gone away; somebody who waited goes on.
            }
        }
    }

    public void Dispose() => _answers.Dispose();

    /// <summary>The quoted hash of what decides an answer; the order of parameters does not.</summary>
    public static string Tag(string version, HttpRequest request)
    {
        var text = new StringBuilder(version).Append('\n').Append(request.Path.Value);
        foreach (var (name, values) in request.Query.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            foreach (var value in values)
            {
                // Escaped, so that no value can look like two parameters.
                text.Append('\n').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value ?? ""));
            }
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return $"\"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}\"";
    }

    private async Task<(byte[]? Answer, bool Hit)> ComputeAsync(string tag, Func<Task<byte[]?>> compute, TaskCompletionSource<byte[]?> own)
    {
        byte[]? answer = null;
        try
        {
            // It may have been finished between looking and entering.
            if (_answers.TryGetValue(tag, out byte[]? kept))
            {
                answer = kept;
                return (kept, true);
            }

            answer = await compute();
            if (answer is not null)
            {
                _answers.Set(tag, answer, new MemoryCacheEntryOptions { Size = answer.Length + Overhead, SlidingExpiration = Unused });
            }

            return (answer, false);
        }
        catch (OperationCanceledException)
        {
            own.SetCanceled(CancellationToken.None);
            throw;
        }
        finally
        {
            _underWay.TryRemove(tag, out _);
            own.TrySetResult(answer);
        }
    }
}
