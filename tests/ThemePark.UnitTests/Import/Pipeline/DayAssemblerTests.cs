using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Import.Pipeline;
using ThemePark.Modules.Import.Runs;
using Xunit;

namespace ThemePark.UnitTests.Import.Pipeline;

public sealed class DayAssemblerTests
{
    private static readonly DateOnly First = new(2024, 6, 1);

    // Which days from the first on have a file, and how far each reaches to either side.
    private static readonly Gen<(int Day, int Back, int Ahead)[]> Files =
        from days in Gen.Choose(0, 40).NonEmptyListOf()
        let distinct = days.Distinct().Order().ToArray()
        from back in Gen.Choose(0, 1).ArrayOf(distinct.Length)
        from ahead in Gen.Choose(0, 1).ArrayOf(distinct.Length)
        select distinct.Select((day, i) => (day, back[i], ahead[i])).ToArray();

    [Fact]
    public void Every_day_is_taken_once_in_order_with_every_file_that_touches_it() => Prop.ForAll(Files.ToArbitrary(), files =>
    {
        var works = files.Select(f => Work(f.Day, f.Back, f.Ahead)).ToList();
        var assembler = new DayAssembler([.. works.Select(w => w.File)], []);
        var taken = new List<DayUnit>();
        for (var i = 0; i < works.Count; i++)
        {
            assembler.Add(works[i]);
            taken.AddRange(assembler.TakeComplete(i + 1 < works.Count ? works[i + 1].File.Day : null));
        }

        taken.Select(u => u.Day).ShouldBe(works.SelectMany(w => w.Days).Distinct().Order());
        foreach (var unit in taken)
        {
            unit.Files.ShouldBe(works.Where(w => w.Days.Contains(unit.Day)));
            unit.OwnsDay.ShouldBe(works.Any(w => w.File.Day == unit.Day));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Files_imported_earlier_come_along_unless_this_run_reads_them_anew()
    {
        var work = Work(5, 1, 1);
        var again = Work(6, 0, 0);
        var assembler = new DayAssembler([work.File, again.File], [Imported(4, 4, 5), Imported(6, 5, 6), Imported(9, 9, 9)]);
        var unit = new DayUnit(First.AddDays(5), [work]);

        assembler.ContextOf(unit).Select(o => o.Key).ShouldBe(["4"]);

        // It failed, or was found unchanged: what it gave before stays.
        assembler.KeepEarlier(again);
        assembler.ContextOf(unit).Select(o => o.Key).ShouldBe(["4", "6"]);
        assembler.ContextOf(new DayUnit(First.AddDays(7), [work])).ShouldBeEmpty();
    }

    private static FileWork Work(int day, int back, int ahead)
    {
        var own = First.AddDays(day);
        return new FileWork(new PendingFile { Key = $"{day}", Day = own, ETag = "", Size = 0, LastModified = default })
        {
            Days = [.. Enumerable.Range(-back, back + ahead + 1).Select(own.AddDays)],
        };
    }

    private static ImportedObject Imported(int day, int first, int last) => new($"{day}", First.AddDays(day), First.AddDays(first), First.AddDays(last), "");
}
