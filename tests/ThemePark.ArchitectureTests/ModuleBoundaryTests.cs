using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace ThemePark.ArchitectureTests;

/// <summary>Modules know each other by contracts only, and along the edges written down here. A new edge is a decision record.</summary>
public sealed class ModuleBoundaryTests
{
    private const string Mandatory = "in use";
    private const string Allowed = "allowed";

    private static readonly Dictionary<(string From, string To), string> Edges = new()
    {
        [("Import", "Metadata")] = Mandatory,
        [("Import", "Collection")] = Mandatory,
        [("Collection", "Metadata")] = Mandatory,
        [("Analytics", "Metadata")] = Mandatory,
        [("Analytics", "Collection")] = Mandatory,
        [("Quality", "Metadata")] = Mandatory,
        [("Quality", "Collection")] = Mandatory,
        [("Quality", "Import")] = Mandatory,
        [("Operations", "Import")] = Mandatory,
        [("Operations", "Storage")] = Mandatory,
    };

    private static readonly string[] BuildingBlocks = ["ThemePark.MySql", "ThemePark.BuildingBlocks", "ThemePark.Jobs", "ThemePark.Upstream"];

    private static readonly string[] MayBeFriends =
    [
        "ThemePark.UnitTests", "ThemePark.IntegrationTests", "ThemePark.ProcessTests", "ThemePark.ArchitectureTests", "ThemePark.Testing",
        "ThemePark.Bench", "ThemePark.Host",
    ];

    // Who may see a package that stands behind a port of ours.
    private static readonly Dictionary<string, string> PackageOwners = new()
    {
        ["MySql.Data"] = "ThemePark.MySql",
        ["Quartz"] = "ThemePark.Jobs",
        ["AWSSDK.S3"] = "ThemePark.Modules.Import",
    };

    [Fact]
    public void Every_module_folder_is_an_assembly_that_is_scanned()
    {
        Repository.Modules.ShouldNotBeEmpty();
        CompiledAssembly.Modules.Keys.Order(StringComparer.Ordinal).ShouldBe(Repository.Modules);
        foreach (var module in CompiledAssembly.Modules.Values)
        {
            module.Types.ShouldNotBeEmpty(module.Name);
            module.TypeReferences.ShouldNotBeEmpty(module.Name);
        }
    }

    [Fact]
    public void A_module_uses_only_the_contracts_and_the_entry_of_another()
    {
        var uses = (
            from user in CompiledAssembly.Modules
            from type in user.Value.TypeReferences
            where type.Assembly.StartsWith(CompiledAssembly.ModulePrefix, StringComparison.Ordinal)
            select (From: user.Key, To: type.Assembly[CompiledAssembly.ModulePrefix.Length..], type.Namespace, type.Type)).ToList();
        uses.ShouldNotBeEmpty();

        uses.Where(u => !IsOpen(u.To, u.Namespace, u.Type)).Select(u => $"{u.From} uses {u.Namespace}.{u.Type}").ShouldBeEmpty();
    }

    [Fact]
    public void Modules_know_each_other_along_the_known_edges_only()
    {
        var compiled = CompiledAssembly.Modules.SelectMany(m => ModulesIn(m.Value.AssemblyReferences).Select(to => (From: m.Key, To: to))).ToHashSet();
        compiled.ShouldNotBeEmpty();
        compiled.Except(Edges.Keys).ShouldBeEmpty();
        Edges.Where(e => e.Value == Mandatory).Select(e => e.Key).Except(compiled).ShouldBeEmpty();

        // A project reference nobody uses leaves no trace in the assembly.
        var declared = Repository.Modules.SelectMany(m => ModulesIn(ProjectReferences(CompiledAssembly.ModulePrefix + m)).Select(to => (From: m, To: to))).ToHashSet();
        declared.ShouldNotBeEmpty();
        declared.Except(Edges.Keys).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_module_makes_public_is_a_contract_or_its_entry()
    {
        foreach (var (name, module) in CompiledAssembly.Modules)
        {
            var open = module.Types.Where(t => t.IsPublic).ToList();
            open.ShouldContain(t => t.Name == name + "Module", name);
            open.Where(t => !IsOpen(name, t.Namespace, t.Name)).Select(t => $"{t.Namespace}.{t.Name}").ShouldBeEmpty();
        }
    }

    [Fact]
    public void Internals_are_open_to_tests_the_bench_and_the_host_only()
    {
        var friends = CompiledAssembly.Source.Values.SelectMany(a => a.Friends.Select(f => (a.Name, Friend: f.Split(',')[0]))).ToList();
        friends.ShouldNotBeEmpty();
        friends.Where(f => !MayBeFriends.Contains(f.Friend)).ShouldBeEmpty();
    }

    [Fact]
    public void Building_blocks_know_no_module_and_only_the_host_knows_all()
    {
        foreach (var block in BuildingBlocks)
        {
            CompiledAssembly.Source.Keys.ShouldContain(block);
            ModulesIn(CompiledAssembly.Source[block].AssemblyReferences).ShouldBeEmpty(block);
            ModulesIn(ProjectReferences(block)).ShouldBeEmpty(block);
        }

        Repository.Projects.Where(p => Repository.Relative(p.Value).StartsWith(Path.Combine("src", "BuildingBlocks"), StringComparison.Ordinal))
            .Select(p => p.Key).ShouldBe(BuildingBlocks, ignoreOrder: true);
        CompiledAssembly.Source.Values
            .Where(a => !a.Name.StartsWith(CompiledAssembly.ModulePrefix, StringComparison.Ordinal) && ModulesIn(a.AssemblyReferences).Any())
            .Select(a => a.Name).ShouldBe(["ThemePark.Host"]);
        ModulesIn(CompiledAssembly.Source["ThemePark.Host"].AssemblyReferences).Order(StringComparer.Ordinal).ShouldBe(Repository.Modules);
    }

    [Fact]
    public void A_package_behind_a_port_is_seen_by_its_owner_only()
    {
        foreach (var (package, owner) in PackageOwners)
        {
            CompiledAssembly.Source.Values.Where(a => a.AssemblyReferences.Contains(package)).Select(a => a.Name).ShouldBe([owner], package);
        }
    }

    private static bool IsOpen(string module, string @namespace, string type) =>
        @namespace == $"{CompiledAssembly.ModulePrefix}{module}.Contracts"
        || (@namespace == CompiledAssembly.ModulePrefix + module && type == module + "Module");

    private static IEnumerable<string> ModulesIn(IEnumerable<string> assemblies) => assemblies
        .Where(a => a.StartsWith(CompiledAssembly.ModulePrefix, StringComparison.Ordinal))
        .Select(a => a[CompiledAssembly.ModulePrefix.Length..]);

    private static IEnumerable<string> ProjectReferences(string project) =>
        XDocument.Load(Path.Combine(Repository.Projects[project], project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
}
