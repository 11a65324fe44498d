using System.Globalization;
using System.Runtime.CompilerServices;

namespace ThemePark.Modules.Import.Sources;

/// <summary>An object as a source lists it, before its key is understood.</summary>
internal readonly record struct StoredObject(string Key, long Size, string ETag, DateTime LastModifiedUtc, string? SkipReason = null);

/// <summary>The top level: folder names without the slash, and what lies beside them.</summary>
internal sealed record ArchiveRoot(IReadOnlyCollection<string> Folders, IReadOnlyCollection<StoredObject> Objects);

/// <summary>What a listing means, the same for every source.</summary>
internal static class ArchiveListing
{
    /// <summary>
    /// Selects destination and range, folder by folder. A flat listing of the whole bucket would not be cheaper (a destination fills
    /// pages of 1000 with about three years), and folder by folder the spellings of one destination come together.
    /// <paramref name="list"/> lists everything below a prefix that ends in a slash, in key order; it may repeat keys.
    /// </summary>
    public static async IAsyncEnumerable<ArchiveObject> SelectAsync(
        ArchiveRoot root,
        Func<string, IAsyncEnumerable<StoredObject>> list,
        Guid? destination,
        DateOnly? from,
        DateOnly? to,
        [EnumeratorCancellation] CancellationToken ct)
    {
        if (destination is null)
        {
            foreach (var stored in root.Objects.DistinctBy(o => o.Key))
            {
                yield return Describe(stored);
            }
        }

        var folders = root.Folders.Distinct()
            .Select(name => (Name: name, Uuid: ArchiveKey.ParseDestination(name)))
            .Where(f => destination is null || f.Uuid == destination)
            .GroupBy(f => f.Uuid?.ToString("D") ?? f.Name)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var spellings in folders)
        {
            // Only a destination with several spellings needs its days remembered.
            var days = spellings.Count() > 1 ? new HashSet<DateOnly>() : null;
            foreach (var folder in spellings.OrderByDescending(f => f.Name == spellings.Key).ThenBy(f => f.Name, StringComparer.Ordinal))
            {
                var keys = new HashSet<string>(StringComparer.Ordinal);
                foreach (var prefix in folder.Uuid is null ? [folder.Name + "/"] : Prefixes(folder.Name, from, to))
                {
                    await foreach (var stored in list(prefix).WithCancellation(ct))
                    {
                        var found = Describe(stored);
                        // A listing that changes between two pages may show an object twice.
                        if (!keys.Add(found.Key) || found.Day < from || found.Day > to)
                        {
                            continue;
                        }

                        yield return found is { SkipReason: null, Day: { } day } && days?.Add(day) == false
                            ? found with { SkipReason = SkipReasons.DuplicateDay }
                            : found;
                    }
                }
            }
        }
    }

    public static IEnumerable<Guid> Destinations(ArchiveRoot root) =>
        root.Folders.Select(f => ArchiveKey.ParseDestination(f)).OfType<Guid>().Distinct().Order();

    public static async Task<IReadOnlyList<ArchiveExtent>> MeasureAsync(IAsyncEnumerable<ArchiveObject> objects, CancellationToken ct)
    {
        var extents = new Dictionary<Guid, ArchiveExtent>();
        await foreach (var o in objects.WithCancellation(ct))
        {
            if (o is { SkipReason: null, DestinationUuid: { } uuid, Day: { } day })
            {
                extents[uuid] = extents.TryGetValue(uuid, out var known)
                    ? new ArchiveExtent(uuid, day < known.FirstDay ? day : known.FirstDay, day > known.LastDay ? day : known.LastDay, known.Files + 1)
                    : new ArchiveExtent(uuid, day, day, 1);
            }
        }

        return [.. extents.Values.OrderBy(e => e.DestinationUuid)];
    }

    /// <summary>
    /// The fewest requests that cover the range: a year is one page (366 of 1000), so months only pay for one or two of them, and
    /// years only while there are fewer than pages in the whole folder.
    /// </summary>
    internal static IReadOnlyList<string> Prefixes(string folder, DateOnly? from, DateOnly? to)
    {
        if (from is not { } first || to is not { } last || first > last)
        {
            return [folder + "/"];
        }

        var months = ((last.Year - first.Year) * 12) + last.Month - first.Month + 1;
        if (months <= 2)
        {
            return [.. Enumerable.Range(0, months).Select(n => first.AddDays(1 - first.Day).AddMonths(n))
                .Select(m => string.Create(CultureInfo.InvariantCulture, $"{folder}/{m:yyyy}/{m:MM}/"))];
        }

        return last.Year - first.Year <= 2
            ? [.. Enumerable.Range(first.Year, last.Year - first.Year + 1)
                .Select(y => string.Create(CultureInfo.InvariantCulture, $"{folder}/{y:0000}/"))]
            : [folder + "/"];
    }

    private static ArchiveObject Describe(StoredObject stored)
    {
        var key = ArchiveKey.Parse(stored.Key);
        return new ArchiveObject(
            stored.Key, key.DestinationUuid, key.Day, stored.Size, stored.ETag, stored.LastModifiedUtc, stored.SkipReason ?? key.SkipReason);
    }
}
