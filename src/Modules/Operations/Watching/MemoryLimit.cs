using System.Globalization;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>The memory a process may have at most: what the machine has, or less where a cgroup says so.</summary>
internal static class MemoryLimit
{
    private const string Unified = "0::/";

    /// <param name="proc">Where the kernel tells of processes, <c>/proc</c>.</param>
    /// <param name="cgroups">Where it tells of cgroups, <c>/sys/fs/cgroup</c>.</param>
    /// <returns>Bytes; null where none of it can be read.</returns>
    public static long? Read(string proc, string cgroups)
    {
        long? least = MemTotal(Path.Combine(proc, "meminfo"));
        // Only the unified hierarchy; a limit of any group above holds as well.
        var own = Lines(Path.Combine(proc, "self", "cgroup")).FirstOrDefault(l => l.StartsWith(Unified, StringComparison.Ordinal))?[Unified.Length..];
        for (var group = own; group is not null; group = group.Length == 0 ? null : Path.GetDirectoryName(group))
        {
            var text = Lines(Path.Combine(cgroups, group, "memory.max")).FirstOrDefault();
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && !(limit >= least))
            {
                least = limit;
            }
        }

        return least;
    }

    private static long? MemTotal(string path) =>
        Lines(path).FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
        && long.TryParse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value * 1024 : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
