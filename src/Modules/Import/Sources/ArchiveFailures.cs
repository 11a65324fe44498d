using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Sources;

internal static class ArchiveFailures
{
    /// <summary>503 ARCHIVE_UNAVAILABLE, with what the source did.</summary>
    public static Failure Unavailable(ArchiveException e) =>
        new("ARCHIVE_UNAVAILABLE", 503, $"The archive cannot be read: {e.Message}", new Dictionary<string, object?> { ["kind"] = e.Kind });

    public static async ValueTask<bool> ContainsAsync(this IAsyncEnumerable<Guid> destinations, Guid uuid, CancellationToken cancellationToken)
    {
        await foreach (var found in destinations.WithCancellation(cancellationToken))
        {
            if (found == uuid)
            {
                return true;
            }
        }

        return false;
    }
}
