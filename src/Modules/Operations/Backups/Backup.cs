using System.Globalization;
using System.Text.Json.Serialization;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>What the copy is a copy of.</summary>
internal enum Consistency
{
    /// <summary>One transaction, while others wrote: everything as of one instant.</summary>
    SingleTransaction,

    /// <summary>Nobody wrote: checksums of the source are known, and the copy can be proved by them.</summary>
    Quiesced,
}

/// <summary>A backup as its directory describes it, in <c>backup.json</c>. Instants are UTC.</summary>
internal sealed record Backup
{
    public const string IdFormat = "yyyyMMdd'T'HHmmss'Z'";

    public required string Id { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required double Seconds { get; init; }

    public string? Why { get; init; }

    public required string ProgramVersion { get; init; }

    public required string ServerVersion { get; init; }

    public required int SchemaVersion { get; init; }

    public required string Database { get; init; }

    public required Consistency Consistency { get; init; }

    /// <summary>Rows and checksum of each table at the source; empty when others wrote meanwhile.</summary>
    public required IReadOnlyList<TableFact> SourceTables { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Where the server's binary log goes on from it; null: nothing leads on from it, and <see cref="NoLog"/> says why.</summary>
    public LogPlace? Log { get; init; }

    public string? NoLog { get; init; }

    /// <summary>Null: nobody has tried to restore it.</summary>
    public Verification? Verification { get; init; }

    [JsonIgnore]
    public long Bytes => Files.Sum(f => f.Bytes);

    public static string IdOf(DateTime utc) => utc.ToString(IdFormat, CultureInfo.InvariantCulture);
}

/// <param name="Checksum">As CHECKSUM TABLE has it: comparable between servers of one release series.</param>
internal sealed record TableFact(string Table, long Rows, long Checksum);

/// <summary>A place in a server's binary log: everything of the copy lies before it, and nothing else does.</summary>
/// <param name="Stamp">When and by which server the file was begun: one of the same name with another stamp is another file.</param>
/// <param name="At">UTC by the server's clock, whole seconds: whatever is in the copy was written before.</param>
internal sealed record LogPlace(string File, long Position, string Stamp, DateTime At);

/// <summary>A restore took the place of the database; what was written from then on has no backup of before as its beginning.</summary>
/// <param name="At">UTC by the server's clock, whole seconds: nothing was changed before.</param>
internal sealed record RestoreMark(DateTime At, string Backup, DateTime? Until);

internal sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <summary>What a restore into a scratch server found.</summary>
/// <param name="Tables">Of the copy, once restored: what every later restore is compared with.</param>
/// <param name="Problems">Empty: the backup is good.</param>
internal sealed record Verification(DateTime At, double Seconds, string ServerVersion, IReadOnlyList<TableFact> Tables, IReadOnlyList<string> Problems)
{
    public bool Passed => Problems.Count == 0;
}
