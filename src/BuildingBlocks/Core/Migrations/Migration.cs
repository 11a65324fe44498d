using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ThemePark.BuildingBlocks;

/// <summary>One numbered step of the schema, and the way back.</summary>
public sealed record Migration
{
    internal Migration(int version, string name, string up, string down)
    {
        (Version, Name) = (version, name);
        (Checksum, DownChecksum) = (Hash(up), Hash(down));
        Up = SplitOf(FileName, up);
        Down = SplitOf(DownFileName, down);
    }

    public int Version { get; }
    public string Name { get; }

    /// <summary>
    /// It takes away what the release before still uses, by its name <c>NNNN_owner_contract_what.sql</c>: see <see cref="MigrationRunner.ContractAsync"/>.
    /// </summary>
    public bool IsContract => IsContractName(Name);

    /// <summary>SHA-256 in lower-case hex of the file's text with LF line ends.</summary>
    public string Checksum { get; }
    public string DownChecksum { get; }
    public IReadOnlyList<SqlStatement> Up { get; }
    public IReadOnlyList<SqlStatement> Down { get; }
    public string FileName => $"{Stem}.sql";
    public string DownFileName => $"{Stem}.down.sql";
    private string Stem => string.Create(CultureInfo.InvariantCulture, $"{Version:0000}_{Name}");

    internal static bool IsContractName(string name) => name.Split('_') is [_, "contract", ..];

    internal static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"))));

    private static IReadOnlyList<SqlStatement> SplitOf(string file, string text)
    {
        try
        {
            var statements = SqlScript.Split(text);
            return statements.Count > 0 ? statements : throw new MigrationException($"{file} holds no statement.");
        }
        catch (FormatException e)
        {
            throw new MigrationException($"{file}, {e.Message}.", e);
        }
    }
}

/// <summary>The migrations a build knows, in order.</summary>
public sealed partial class MigrationSet
{
    private const string ResourcePrefix = "migrations/";
    private static readonly Lazy<MigrationSet> OfThisBuild = new(Read);

    private MigrationSet(IReadOnlyList<Migration> migrations)
    {
        Migrations = migrations;
    }

    /// <summary><c>db/migrations</c> as compiled into this assembly.</summary>
    public static MigrationSet Embedded => OfThisBuild.Value;

    public IReadOnlyList<Migration> Migrations { get; }

    /// <summary>0 when there is none.</summary>
    public int LastVersion => Migrations is [.., var last] ? last.Version : 0;

    /// <param name="files">Text by file name: <c>NNNN_owner_what.sql</c>, each with its <c>NNNN_owner_what.down.sql</c>.</param>
    /// <exception cref="MigrationException">A misnamed file, a missing partner, a number used twice, or a script that cannot be split.</exception>
    public static MigrationSet FromFiles(IReadOnlyDictionary<string, string> files)
    {
        var migrations = new SortedDictionary<int, Migration>();
        foreach (var (file, text) in files.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var match = FileName().Match(file);
            if (!match.Success)
            {
                throw new MigrationException($"{file} is not named NNNN_owner_what.sql or NNNN_owner_what.down.sql.");
            }

            var stem = $"{match.Groups["version"]}_{match.Groups["name"]}";
            if (match.Groups["down"].Success)
            {
                if (!files.ContainsKey($"{stem}.sql"))
                {
                    throw new MigrationException($"{file} has no {stem}.sql.");
                }

                continue;
            }

            if (!files.TryGetValue($"{stem}.down.sql", out var down))
            {
                throw new MigrationException($"{file} has no {stem}.down.sql: every step needs its way back.");
            }

            var migration = new Migration(
                int.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture), match.Groups["name"].Value, text, down);
            if (!migrations.TryAdd(migration.Version, migration))
            {
                throw new MigrationException($"{file} and {migrations[migration.Version].FileName} have the same number.");
            }
        }

        return new MigrationSet([.. migrations.Values]);
    }

    private static MigrationSet Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            files.Add(resource[ResourcePrefix.Length..], reader.ReadToEnd());
        }

        return FromFiles(files);
    }

    [GeneratedRegex(@"^(?<version>\d{4})_(?<name>[a-z0-9]+(_[a-z0-9]+)+)(?<down>\.down)?\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}

/// <summary>The schema cannot be migrated or is not what the files say; the message names the file and the fact.</summary>
public sealed class MigrationException : Exception
{
    public MigrationException(string message)
        : base(message)
    {
    }

    public MigrationException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
