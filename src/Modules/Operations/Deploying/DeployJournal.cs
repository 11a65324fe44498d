using System.Globalization;
using System.Text;
using System.Text.Json;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>What happened to a step.</summary>
internal enum StepEvent
{
    Started,
    Done,
    Failed,
    Undone,
}

/// <summary>One line of a journal. Instants are UTC.</summary>
/// <param name="Step">As <c>phase.step</c>.</param>
/// <param name="Evidence">The facts the step found or made, by name.</param>
internal sealed record JournalLine(DateTime At, string Step, StepEvent Event, double? Seconds, IReadOnlyDictionary<string, string> Evidence);

/// <summary>What a deployment is about: the first line of its journal.</summary>
/// <param name="From">The release that ran before, by name; null: none.</param>
/// <param name="Fresh">There was no schema: nothing to back up, nobody to refuse.</param>
/// <param name="KeepCollecting">Jobs go on until the switch; what they write after the backup, a restore would lose.</param>
internal sealed record DeploymentHead(string Id, DateTime StartedAt, string? From, string To, string By, string? Why, bool Fresh, bool KeepCollecting);

/// <summary>
/// A deployment's journal: a file of lines that is only ever appended to and reaches the disk before the next step begins. It outlives the database it speaks of.
/// </summary>
internal sealed class DeployJournal
{
    private const string IdFormat = "yyyyMMdd'T'HHmmssfff'Z'";
    private const string FileName = "journal.jsonl";
    private readonly string _path;
    private readonly List<JournalLine> _lines;

    private DeployJournal(string path, DeploymentHead head, List<JournalLine> lines) => (_path, Head, _lines) = (path, head, lines);

    public DeploymentHead Head { get; }

    public IReadOnlyList<JournalLine> Lines => _lines;

    public string Directory => Path.GetDirectoryName(_path)!;

    /// <summary>As the lines have it.</summary>
    public DeploymentState State =>
        _lines.Any(l => l.Step == Steps.RolledBack) ? DeploymentState.RolledBack
        : _lines.Any(l => l.Step == Steps.Completed) ? DeploymentState.Completed
        : _lines.Any(l => l.Event == StepEvent.Failed) ? DeploymentState.Failed
        : DeploymentState.Unfinished;

    public static string Folder(string root) => Path.Combine(root, "deployments");

    /// <summary>Opens a new journal; its id is the millisecond of its beginning.</summary>
    public static DeployJournal Begin(string root, DeploymentHead head)
    {
        var id = head.StartedAt.ToString(IdFormat, CultureInfo.InvariantCulture);
        var directory = Path.Combine(Folder(root), id);
        if (System.IO.Directory.Exists(directory))
        {
            throw new DeployException($"There is a deployment {id} already.");
        }

        System.IO.Directory.CreateDirectory(directory);
        var journal = new DeployJournal(Path.Combine(directory, FileName), head with { Id = id }, []);
        journal.Append(JsonSerializer.Serialize(journal.Head, ApiJson.Options));
        return journal;
    }

    /// <summary>One that is written nowhere: for a plan, whose checks find nothing said before them.</summary>
    public static DeployJournal Imagined(DeploymentHead head, params JournalLine[] lines) => new("", head, [.. lines]);

    /// <summary>The journals below a root, the newest first. A last line that was cut by a kill is as if it had not been written.</summary>
    /// <exception cref="DeployException">A journal cannot be read.</exception>
    public static async Task<IReadOnlyList<DeployJournal>> ListAsync(string root, CancellationToken cancellationToken)
    {
        List<DeployJournal> all = [];
        IEnumerable<string> directories = System.IO.Directory.Exists(Folder(root)) ? System.IO.Directory.EnumerateDirectories(Folder(root)) : [];
        foreach (var directory in directories.OrderDescending(StringComparer.Ordinal))
        {
            var path = Path.Combine(directory, FileName);
            if (File.Exists(path) && await ReadAsync(path, cancellationToken) is { } journal)
            {
                all.Add(journal);
            }
        }

        return all;
    }

    public void Write(DateTime at, string step, StepEvent what, TimeSpan? took = null, IReadOnlyDictionary<string, string>? evidence = null)
    {
        var line = new JournalLine(at, step, what, took?.TotalSeconds, evidence ?? new Dictionary<string, string>());
        Append(JsonSerializer.Serialize(line, ApiJson.Options));
        _lines.Add(line);
    }

    /// <summary>What the last line about a step says; null: nothing was said.</summary>
    public StepEvent? Last(string step) => _lines.LastOrDefault(l => l.Step == step)?.Event;

    /// <summary>A fact that a step left.</summary>
    public string? Fact(string step, string name) =>
        _lines.LastOrDefault(l => l.Step == step && l.Event == StepEvent.Done)?.Evidence.GetValueOrDefault(name);

    private static async Task<DeployJournal?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        var whole = text.LastIndexOf('\n') + 1;
        var lines = text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            return null;
        }

        try
        {
            if (whole < text.Length)
            {
                // What follows would else be glued to the piece.
                await using var file = File.OpenWrite(path);
                file.SetLength(Encoding.UTF8.GetByteCount(text.AsSpan(0, whole)));
            }

            var head = JsonSerializer.Deserialize<DeploymentHead>(lines[0], ApiJson.Options)!;
            return new DeployJournal(path, head, [.. lines.Skip(1).Select(l => JsonSerializer.Deserialize<JournalLine>(l, ApiJson.Options)!)]);
        }
        catch (JsonException e)
        {
            throw new DeployException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private void Append(string line)
    {
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }
}

internal enum DeploymentState
{
    /// <summary>Under way, or its process was killed: `deploy run` goes on, `deploy rollback` takes it back.</summary>
    Unfinished,
    Completed,

    /// <summary>A step failed and not everything could be taken back.</summary>
    Failed,
    RolledBack,
}

/// <summary>A fact is not as it must be; the message names it.</summary>
internal sealed class DeployException(string message, Exception? inner = null) : Exception(message, inner);
