using System.Globalization;
using ThemePark.Jobs;

namespace ThemePark.Host.Console.Nodes;

internal static class NodeWords
{
    /// <summary>How many jobs at once, of all queues and of those with a limit of their own.</summary>
    public static string Limits(int? workers, IReadOnlyDictionary<string, QueueLimit> queues) => string.Join("; ", queues
        .OrderBy(q => q.Key, StringComparer.Ordinal)
        .Where(q => q.Value.Cluster is not null || q.Value.PerNode is not null)
        .Select(q => q.Value.Cluster is { } all
            ? string.Create(CultureInfo.InvariantCulture, $"{q.Key}: {all} on all nodes together")
            : string.Create(CultureInfo.InvariantCulture, $"{q.Key}: {q.Value.PerNode}"))
        .Prepend(string.Create(CultureInfo.InvariantCulture, $"{workers} jobs at once")));
}
