using System.Text.RegularExpressions;
using ThemePark.Testing;
using Xunit.Sdk;

namespace ThemePark.ArchitectureTests;

/// <summary>The clone the tests were built from. Paths are absolute unless they are called relative.</summary>
internal static partial class Repository
{
    private static readonly string[] NotSource = ["bin", "obj", "artifacts"];

    public static string Root => Checkout.Root;

    /// <summary>Names of the folders under <c>src/Modules</c>.</summary>
    public static IReadOnlyList<string> Modules { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Root, "src", "Modules")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    /// <summary>Assembly names of every project under <c>src</c>, with the folder of the project.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = Files("src", "*.csproj")
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f), f => Path.GetDirectoryName(f)!);

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "db", "migrations")).Order(StringComparer.Ordinal).Select(Migration.Read),
    ];

    public static IEnumerable<string> Files(string under, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, under), pattern, SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar).Intersect(NotSource).Any())
            .Order(StringComparer.Ordinal);

    public static string Relative(string file) => Path.GetRelativePath(Root, file);

    /// <summary>One file of <c>db/migrations</c>: <c>NNNN_owner_what.sql</c> or <c>NNNN_owner_what.down.sql</c>.</summary>
    internal sealed partial record Migration(string Name, int Number, string Owner, bool IsDown, string Sql)
    {
        public static Migration Read(string file)
        {
            var name = Path.GetFileName(file);
            var parts = FileName().Match(name);
            return parts.Success
                ? new Migration(
                    name,
                    int.Parse(parts.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture),
                    parts.Groups["owner"].Value,
                    parts.Groups["down"].Success,
                    SqlText.WithoutComments(File.ReadAllText(file)))
                : throw new XunitException($"db/migrations/{name} is not named NNNN_owner_what.sql or NNNN_owner_what.down.sql.");
        }

        [GeneratedRegex(@"^(?<number>\d{4})_(?<owner>[a-z]+)_[a-z0-9_]+(?<down>\.down)?\.sql$")]
        private static partial Regex FileName();
    }
}
