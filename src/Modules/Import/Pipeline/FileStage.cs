using System.Diagnostics;
using System.Threading.Channels;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Sources;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>
/// Fetches and reads files ahead of the writer, several at a time, and hands them on in the order of their days. How far ahead is
/// bounded, so memory does not grow with the number of files.
/// </summary>
internal sealed class FileStage(ArchiveFetcher fetcher, RawStore raw, DayFileReader reader, FileRecords records, RunMeter meter)
{
    // Reading is all processor; more readers than this only take it from the database beside us.
    private static readonly int Readers = Math.Max(2, Environment.ProcessorCount / 2);
    private const int Ahead = 4;
    private const string RawMissing = "RAW_MISSING";
    private const string RawMissingText = "The raw object is not in the store; import its day with refetch.";

    public ChannelReader<Task<FileWork>> Start(ImportRun run, IReadOnlyList<PendingFile> files, Func<bool> stop, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<Task<FileWork>>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var slots = new SemaphoreSlim(Readers);
        _ = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var file in files)
                    {
                        if (stop())
                        {
                            break;
                        }

                        await channel.Writer.WaitToWriteAsync(cancellationToken);
                        await channel.Writer.WriteAsync(Task.Run(() => ReadAsync(run, file, slots, cancellationToken), cancellationToken), cancellationToken);
                    }

                    channel.Writer.Complete();
                }
                catch (Exception e)
                {
                    channel.Writer.Complete(e);
                }
            },
            cancellationToken);
        return channel.Reader;
    }

    /// <summary>Reads an object that is in the database already, because a day of another file needs its rows too.</summary>
    public async Task<FileWork> ReadContextAsync(ImportRun run, ImportedObject known, CancellationToken cancellationToken)
    {
        var file = new PendingFile { Key = known.Key, Day = known.Day, ETag = "", Size = 0, LastModified = default };
        var held = new RawObject(RawStore.PathOf(run.DestinationUuid, known.Day, known.Sha256), known.Sha256, Size: 0);
        var work = new FileWork(file) { IsContext = true, Raw = held };
        await ParseAsync(run, work, cancellationToken);
        return work;
    }

    private async Task<FileWork> ReadAsync(ImportRun run, PendingFile file, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        var work = new FileWork(file);
        try
        {
            work.Raw = await RawAsync(run, file, cancellationToken);
        }
        catch (ArchiveException e) when (!e.IsSource)
        {
            work.Failure = new FileProblem(e.Kind, e.Message);
            return work;
        }

        if (!run.Refetch && !run.FromRaw && !run.DryRun && run.OnlyDays is null
            && file.ImportedSha256 == work.Raw.Sha256Hex && file.ImportedWith == Versions.Reading)
        {
            work.Unchanged = true;
            return work;
        }

        await slots.WaitAsync(cancellationToken);
        try
        {
            await ParseAsync(run, work, cancellationToken);
        }
        finally
        {
            slots.Release();
        }

        return work;
    }

    private async Task<RawObject> RawAsync(ImportRun run, PendingFile file, CancellationToken cancellationToken)
    {
        if (file is { RawPath: { } path, RawSha256: { } sha256, RawSize: { } size } && new RawObject(path, sha256, size) is var held
            && (run.FromRaw || (!run.Refetch && file.RawETag == file.ETag)) && raw.Exists(held))
        {
            return held;
        }

        if (run.FromRaw)
        {
            throw new ArchiveException(RawMissing, retriable: false, RawMissingText);
        }

        var started = Stopwatch.GetTimestamp();
        var fetched = await fetcher.FetchAsync(
            new ArchiveObject(file.Key, run.DestinationUuid, file.Day, file.Size, file.ETag, file.LastModified, null), cancellationToken);
        await records.RememberRawAsync(file.Key, fetched.ETag, fetched.Raw, cancellationToken);
        meter.Add(RunPhase.Fetch, started);
        return fetched.Raw;
    }

    private async Task ParseAsync(ImportRun run, FileWork work, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await using var content = raw.OpenRead(work.Raw!);
            work.Parsed = reader.Read(content, work.File.Day, cancellationToken);
        }
        catch (DayFileException e)
        {
            work.Failure = new FileProblem(e.Reason, e.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            work.Failure = new FileProblem(RawMissing, RawMissingText);
        }

        meter.Add(RunPhase.Read, started);
        if (work.Parsed is { } parsed)
        {
            var days = new SortedSet<DateOnly>(parsed.UtcDays());
            for (var day = work.File.FirstDay; !run.DryRun && day <= work.File.LastDay; day = day.Value.AddDays(1))
            {
                days.Add(day.Value);
            }

            work.Days = [.. days];
            work.Remaining.UnionWith(days);
        }
    }
}
