using System.Globalization;
using System.Text;

namespace ThemePark.Modules.Storage.Measuring;

/// <summary>Length and allocation of one tablespace.</summary>
internal sealed record SpaceSize(long FileBytes, long AllocatedBytes);

/// <summary>
/// Tablespaces by their name (<c>schema/table</c>, with <c>#P#partition</c> behind; MySQL writes <c>#p#</c>), and what belongs to none of the schema's.
/// </summary>
internal sealed record Spaces(IReadOnlyDictionary<string, SpaceSize> ByName, long? OtherBytes)
{
    public static Spaces None { get; } = new(new Dictionary<string, SpaceSize>(), null);

    public static string NameOf(string schema, string table, string partition) =>
        $"{Encode(schema)}/{Encode(table)}{(partition.Length == 0 ? "" : $"#P#{Encode(partition)}")}";

    /// <summary>As the server names files: what is no letter, digit or underscore of ASCII becomes <c>@</c> and its code.</summary>
    public static string Encode(string name)
    {
        var encoded = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            _ = char.IsAsciiLetterOrDigit(c) || c == '_' ? encoded.Append(c) : encoded.Append(CultureInfo.InvariantCulture, $"@{(int)c:x4}");
        }

        return encoded.ToString();
    }
}

/// <summary>The machine this process runs on, by name.</summary>
internal sealed record ThisMachine(string Name);

/// <summary>The server's data directory, where it lies on this machine and may be read.</summary>
internal sealed class DataFiles
{
    private const string TablespaceExtension = ".ibd";

    private DataFiles(string directory) => Directory = directory;

    public string Directory { get; }

    /// <summary>Null when the server runs on another machine, or its directory is out of sight.</summary>
    /// <param name="host">As the server names its machine.</param>
    /// <param name="directory">As the server names its data directory: on another machine the same path may hold another server's data.</param>
    public static DataFiles? Find(ThisMachine machine, string host, string directory) =>
        string.Equals(FirstLabel(host), FirstLabel(machine.Name), StringComparison.OrdinalIgnoreCase) && System.IO.Directory.Exists(directory)
            ? new DataFiles(directory)
            : null;

    /// <summary>The schema's tablespaces, and what else the server keeps: of other schemas, only what all share.</summary>
    public Spaces Read(string schema)
    {
        var folder = Path.Combine(Directory, Spaces.Encode(schema));
        var found = new Dictionary<string, SpaceSize>(StringComparer.OrdinalIgnoreCase);
        long other = 0;
        try
        {
            foreach (var file in Files(folder, SearchOption.TopDirectoryOnly))
            {
                if (FileAllocation.Of(file.FullName) is not { } allocated)
                {
                    return Spaces.None;
                }

                if (file.Extension == TablespaceExtension)
                {
                    found[$"{Spaces.Encode(schema)}/{Path.GetFileNameWithoutExtension(file.Name)}"] = new SpaceSize(file.Length, allocated);
                }
                else
                {
                    other += allocated;
                }
            }

            // Redo logs of MySQL lie in folders with such names; other schemas never do.
            var shared = System.IO.Directory.EnumerateDirectories(Directory, "#*").SelectMany(d => Files(d, SearchOption.AllDirectories));
            other += Files(Directory, SearchOption.TopDirectoryOnly).Concat(shared).Sum(f => FileAllocation.Of(f.FullName) ?? 0);
            return new Spaces(found, other);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Spaces.None;
        }
    }

    /// <summary>Null when it cannot be measured.</summary>
    public Volume? ReadVolume()
    {
        try
        {
            var drive = new DriveInfo(Directory);
            return new Volume(drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<FileInfo> Files(string folder, SearchOption depth) => new DirectoryInfo(folder).EnumerateFiles("*", depth);

    private static string FirstLabel(string host) => host.Split('.')[0];
}
