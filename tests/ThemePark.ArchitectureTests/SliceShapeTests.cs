using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace ThemePark.ArchitectureTests;

/// <summary>
/// A slice is one file: a static class named after the use case, with its request, answer, endpoint, validator and handler inside.
/// Use within one assembly leaves no reference, so this reads the source.
/// </summary>
public sealed partial class SliceShapeTests
{
    private const int MostLines = 250;

    private static IReadOnlyList<Slice> Slices { get; } =
    [
        .. Repository.Files(Path.Combine("src", "Modules"), "*.cs").Where(f => Path.GetFileName(Path.GetDirectoryName(f)) == "Features")
            .Concat(Repository.Files(Path.Combine("src", "BuildingBlocks", "Core"), "*.cs").Where(f => Handler().IsMatch(File.ReadAllText(f))))
            .Select(f => new Slice(Repository.Relative(f), Path.GetFileNameWithoutExtension(f), File.ReadAllText(f))),
    ];

    [Fact]
    public void Slices_are_found_in_the_modules_and_in_the_core()
    {
        Slices.Count(s => s.Path.Contains("Modules", StringComparison.Ordinal)).ShouldBeGreaterThan(10);
        Slices.Count(s => s.Path.Contains("BuildingBlocks", StringComparison.Ordinal)).ShouldBeGreaterThan(3);
    }

    [Fact]
    public void A_slice_is_at_most_250_lines() =>
        Slices.Where(s => s.Code.Count(c => c == '\n') > MostLines).Select(s => s.Path).ShouldBeEmpty();

    [Fact]
    public void A_slice_is_one_static_class_named_as_its_file() =>
        Slices.Where(s => TopTypes(s.Code) is not [("static class", var name)] || name != s.Name)
            .Select(s => $"{s.Path}: {string.Join(", ", TopTypes(s.Code))}")
            .ShouldBeEmpty();

    [Fact]
    public void A_slice_has_at_most_one_handler() =>
        Slices.Where(s => Handler().Count(s.Code) > 1).Select(s => s.Path).ShouldBeEmpty();

    // What two slices share lies in a folder of the module, under a name of its own. There are no exceptions.
    [Fact]
    public void No_slice_uses_the_inside_of_another()
    {
        var uses =
            from slice in Slices
            from other in Slices
            where other.Name != slice.Name && Regex.IsMatch(slice.Code, $@"\b{other.Name}\s*\.\s*[A-Z]")
            select $"{slice.Path} uses {other.Name}";

        uses.ShouldBeEmpty();
    }

    [Fact]
    public void The_compiled_slices_are_the_files()
    {
        var compiled = CompiledAssembly.Modules.Values.SelectMany(m => m.Types).Where(t => t.Namespace.EndsWith(".Features", StringComparison.Ordinal)).ToList();

        compiled.Where(t => !t.IsStatic).Select(t => t.Name).ShouldBeEmpty();
        compiled.Select(t => t.Name).ShouldBe(Slices.Where(s => s.Path.Contains("Modules", StringComparison.Ordinal)).Select(s => s.Name), ignoreOrder: true);
    }

    private static IReadOnlyList<(string Kind, string Name)> TopTypes(string code) =>
        [.. TopType().Matches(code).Select(m => (m.Groups["kind"].Value, m.Groups["name"].Value))];

    private sealed record Slice(string Path, string Name, string Code);

    [GeneratedRegex(@"^(?:public |internal |file )(?<kind>(?:static |sealed |abstract |readonly |partial )*(?:class|record struct|record|struct|interface|enum)) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopType();

    [GeneratedRegex(@"\bclass Handler\b")]
    private static partial Regex Handler();
}
