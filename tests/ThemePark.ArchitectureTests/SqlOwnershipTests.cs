using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace ThemePark.ArchitectureTests;

/// <summary>
/// Each table has one owner: the word in the name of the migration that creates it. Only the owner's SQL names it; others ask by
/// contract or read a published view (<c>v_…</c>, which is no table and passes). A name put together at run time is invisible here.
/// </summary>
public sealed partial class SqlOwnershipTests
{
    // The first schema kept a range per owner. A database that has it takes only higher numbers, so later files just count on.
    private const int FirstOpenNumber = 50;

    private static readonly Dictionary<string, (string Assembly, int First, int Last)> Owners = new()
    {
        ["core"] = ("ThemePark.BuildingBlocks", 1, 9),
        ["jobs"] = ("ThemePark.Jobs", 10, 19),
        ["metadata"] = ("ThemePark.Modules.Metadata", 20, 29),
        ["collection"] = ("ThemePark.Modules.Collection", 30, 39),
        ["import"] = ("ThemePark.Modules.Import", 40, 49),
        ["analytics"] = ("ThemePark.Modules.Analytics", FirstOpenNumber, int.MaxValue),
        ["quality"] = ("ThemePark.Modules.Quality", FirstOpenNumber, int.MaxValue),
        ["operations"] = ("ThemePark.Modules.Operations", FirstOpenNumber, int.MaxValue),
        ["storage"] = ("ThemePark.Modules.Storage", FirstOpenNumber, int.MaxValue),
    };

    private static Dictionary<string, string> TableOwners { get; } = FindTables();

    [Fact]
    public void Sql_names_only_tables_of_its_own_module()
    {
        TableOwners.Count.ShouldBeGreaterThan(15);
        var uses = (
            from assembly in CompiledAssembly.Source.Values
            from text in assembly.Texts
            from table in SqlText.Tables(text, TableOwners.Keys)
            select (Assembly: assembly.Name, Table: table, Text: text)).ToList();

        // Every owner is seen at work, so the scan reaches every assembly that has SQL.
        uses.Select(u => u.Assembly).Distinct().ShouldBe(Owners.Values.Select(o => o.Assembly), ignoreOrder: true);
        uses.Where(u => TableOwners[u.Table] != u.Assembly).Select(u => $"{u.Assembly} names {u.Table}: {u.Text}").ShouldBeEmpty();
    }

    // A mapped table is a name without SQL around it.
    [Fact]
    public void Entities_are_mapped_to_tables_of_their_own_module()
    {
        var mapped = (
            from project in Repository.Projects
            from file in Repository.Files(Repository.Relative(project.Value), "*.cs")
            from Match table in Mapped().Matches(File.ReadAllText(file))
            select (Assembly: project.Key, Table: table.Groups["table"].Value)).ToList();
        mapped.ShouldNotBeEmpty();

        mapped.Where(m => TableOwners.GetValueOrDefault(m.Table) != m.Assembly).ShouldBeEmpty();
    }

    [Fact]
    public void Every_table_is_used_by_its_owner()
    {
        var used = CompiledAssembly.Source.Values.SelectMany(a => a.Texts.SelectMany(t => SqlText.Tables(t, TableOwners.Keys))).ToHashSet();

        TableOwners.Keys.Except(used).ShouldBeEmpty();
    }

    [Fact]
    public void Sql_keywords_are_in_upper_case_and_no_sql_hides_in_a_modules_resources()
    {
        CompiledAssembly.Source.Values.SelectMany(a => a.Texts).Count(SqlText.IsStatement).ShouldBeGreaterThan(50);
        foreach (var assembly in CompiledAssembly.Source.Values)
        {
            assembly.Texts.Where(SqlText.IsLowerCaseStatement).ShouldBeEmpty(assembly.Name);
        }

        CompiledAssembly.Modules.Values.SelectMany(a => a.Resources).Where(r => r.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public void A_migration_names_only_tables_of_its_owner_and_has_a_number_for_it()
    {
        Repository.Migrations.ShouldNotBeEmpty();
        foreach (var migration in Repository.Migrations)
        {
            Owners.ShouldContainKey(migration.Owner, migration.Name);
            var (assembly, first, last) = Owners[migration.Owner];
            (migration.Number >= FirstOpenNumber || (migration.Number >= first && migration.Number <= last)).ShouldBeTrue(migration.Name);
            var tables = SqlText.Tables(migration.Sql, TableOwners.Keys);
            tables.Where(t => TableOwners[t] != assembly).ShouldBeEmpty(migration.Name);
        }
    }

    [Fact]
    public void Every_migration_can_be_taken_back()
    {
        var ups = Repository.Migrations.Where(m => !m.IsDown).ToList();
        var downs = Repository.Migrations.Where(m => m.IsDown).ToDictionary(m => m.Name);
        ups.ShouldNotBeEmpty();
        ups.Select(m => m.Number).ShouldBeUnique();
        downs.Keys.ShouldBe(ups.Select(m => m.Name.Replace(".sql", ".down.sql", StringComparison.Ordinal)), ignoreOrder: true);
        foreach (var up in ups)
        {
            var down = downs[up.Name.Replace(".sql", ".down.sql", StringComparison.Ordinal)].Sql;
            SqlText.Created(up.Sql).Except(Dropped().Matches(down).Select(m => m.Groups["table"].Value)).ShouldBeEmpty(up.Name);
        }
    }

    // Tables made by code rather than by a migration (the journal of migrations itself) belong to the assembly that makes them.
    private static Dictionary<string, string> FindTables()
    {
        var tables = Repository.Migrations.Where(m => !m.IsDown)
            .SelectMany(m => SqlText.Created(m.Sql).Select(t => (Table: t, Owners.GetValueOrDefault(m.Owner).Assembly)))
            .ToDictionary(t => t.Table, t => t.Assembly);
        foreach (var assembly in CompiledAssembly.Source.Values)
        {
            foreach (var table in assembly.Texts.SelectMany(SqlText.Created))
            {
                tables.TryAdd(table, assembly.Name);
            }
        }

        return tables;
    }

    [GeneratedRegex(@"\bTo(Table|View)\(\s*""(?<table>(?!v_)\w+)""")]
    private static partial Regex Mapped();

    [GeneratedRegex(@"DROP\s+TABLE\s+(IF\s+EXISTS\s+)?`?(?<table>\w+)`?")]
    private static partial Regex Dropped();
}
