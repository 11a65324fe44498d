namespace ThemePark.Simulator;

/// <summary>
/// Writes an invented archive in the real bucket's layout: <c>&lt;destination&gt;/&lt;yyyy&gt;/&lt;mm&gt;/&lt;dd&gt;.json.gz</c> (zlib in
/// spite of the name) and <c>destinations.json</c>. The text depends on the options alone; the compressed bytes also on the
/// runtime's zlib.
/// </summary>
public static class ArchiveGenerator
{
    /// <summary>
    /// Writes the archive into <c>Out + ".partial"</c> and renames it when complete, so that a directory found is a whole archive.
    /// </summary>
    /// <param name="options">What to write and where.</param>
    /// <param name="progress">Share of day files done, 0 to 1; may be called from several threads.</param>
    /// <param name="ct">Stops the writing and removes what was written.</param>
    /// <returns>The expected answers of any importer.</returns>
    /// <exception cref="IOException">The target is not empty, or another process is writing it.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<GeneratorReport> GenerateAsync(GeneratorOptions options, IProgress<double>? progress = null, CancellationToken ct = default)
    {
        options.Validate();
        var target = Path.GetFullPath(options.Out).TrimEnd(Path.DirectorySeparatorChar);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var partial = target + ".partial";
        // The lock dies with the process, so a partial directory found under it is a dead one's.
        await using var only = new FileStream(
            target + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new IOException($"{target} is not empty; choose another directory or remove it.");
        }

        Remove(partial);
        try
        {
            Directory.CreateDirectory(partial);
            var report = await Task.Run(() => Write(options, partial, progress, ct), ct);
            Remove(target);
            Directory.Move(partial, target);
            return report;
        }
        catch
        {
            Remove(partial);
            throw;
        }
    }

    private static GeneratorReport Write(GeneratorOptions options, string root, IProgress<double>? progress, CancellationToken ct)
    {
        var world = Catalogue.Build(options);
        var plan = new UglyPlan(options);
        var total = (double)options.Destinations * options.Days;
        var done = 0;
        var results = new (DestinationReport Destination, List<FileReport> Files)[world.Count];
        Parallel.For(
            0,
            world.Count,
            new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount },
            i => results[i] = new DestinationRun(options, world[i], i, plan, root).Run(() => progress?.Report(Interlocked.Increment(ref done) / total), ct));
        return new GeneratorReport
        {
            FirstDay = options.First,
            LastDay = options.Last,
            Destinations = [.. results.Select(r => r.Destination)],
            Files = [.. results.SelectMany(r => r.Files).OrderBy(f => f.Key, StringComparer.Ordinal)],
            Skipped = [.. StrayObjects.Write(root, world, options).OrderBy(s => s.Key, StringComparer.Ordinal)],
        };
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
