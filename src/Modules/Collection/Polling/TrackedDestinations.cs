using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>
/// Which destinations are polled: those upstream lists, asked for once an hour. When it cannot say, those it listed last; those
/// polled before when this process has never heard.
/// </summary>
internal sealed class TrackedDestinations(ICatalogue catalogue, PollStore store, TimeProvider clock, ILogger<TrackedDestinations> logger) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim _one = new(1);
    private IReadOnlyList<Guid> _listed = [];
    private DateTimeOffset _listedAt = DateTimeOffset.MinValue;

    /// <exception cref="UpstreamException">Nothing was ever listed or polled, and upstream cannot say now.</exception>
    public async Task<IReadOnlyList<Guid>> ListAsync(UpstreamClient upstream, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            return clock.GetUtcNow() - _listedAt < Fresh ? _listed : await AskAsync(upstream, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<IReadOnlyList<Guid>> AskAsync(UpstreamClient upstream, CancellationToken ct)
    {
        try
        {
            var answer = await upstream.GetDestinationsAsync(ct);
            var document = DestinationsReader.Read(answer.Body);
            if (document.Quarantine.Count > 0)
            {
                logger.LogWarning("{Count} entries of upstream's list of destinations cannot be read, the first: {Raw}", document.Quarantine.Count, document.Quarantine[0].Raw);
            }

            if (document.Destinations.Count == 0)
            {
                throw new UpstreamException(UpstreamFailure.InvalidData, "Upstream's list of destinations is empty.");
            }

            using var json = new MemoryStream(
                MemoryMarshal.TryGetArray(answer.Body, out var segment) ? segment.Array! : answer.Body.ToArray(), segment.Offset, answer.Body.Length, writable: false);
            await catalogue.ApplyDestinationsAsync(json, ct);
            (_listed, _listedAt) = ([.. document.Destinations.Select(d => d.Uuid)], clock.GetUtcNow());
        }
        catch (UpstreamException e)
        {
            if (_listed.Count == 0)
            {
                var polled = (await store.PolledDestinationsAsync(ct)).ToHashSet();
                _listed = [.. (await catalogue.ListDestinationsAsync(ct)).Where(d => polled.Contains(d.DestinationId)).Select(d => d.Uuid)];
            }

            if (_listed.Count == 0)
            {
                throw;
            }

            logger.LogWarning("Upstream does not list its destinations ({Kind}: {Reason}); {Count} known ones are polled", e.Kind, e.Message, _listed.Count);
        }

        return _listed;
    }

    public void Dispose() => _one.Dispose();
}
