using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

/// <summary>ExecuteUpdate and ExecuteDelete. Every test works on a park of its own.</summary>
public sealed class BulkStatementTests(ParkFixture park) : IClassFixture<ParkFixture>
{
    [Fact]
    public async Task Rows_are_updated_to_constants_parameters_nulls_and_computed_values()
    {
        var (name, at) = (@"It's \'", new DateTime(2025, 6, 1, 12, 0, 0, 250, DateTimeKind.Utc));
        await using var context = park.Context();
        var rides = context.Rides.Where(r => r.Id % 3 == 0);
        var before = await rides.AsNoTracking().OrderBy(r => r.Id).ToListAsync();
        var count = await rides.ExecuteUpdateAsync(s => s
            .SetProperty(r => r.Note, name)
            .SetProperty(r => r.SeenAt, at)
            .SetProperty(r => r.Maybe, (bool?)null)
            .SetProperty(r => r.StatusName, Status.Closed)
            .SetProperty(r => r.StatusCode, Status.Down)
            .SetProperty(r => r.Version, r => r.Version + 1)
            .SetProperty(r => r.Small, r => (short)7)
            .SetProperty(r => r.Name, r => r.Name + "!")
            .SetProperty(r => r.Price, r => r.Discount == null ? 1.5m : r.Discount.Value * 2));
        count.ShouldBe(before.Count);
        var after = await rides.AsNoTracking().OrderBy(r => r.Id).ToListAsync();
        after.ShouldAllBe(r => r.Note == name && r.SeenAt == at && r.Maybe == null && r.StatusName == Status.Closed && r.StatusCode == Status.Down && r.Version == 1 && r.Small == 7);
        after.Select(r => r.Name).ShouldBe(before.Select(r => r.Name + "!"));
        after.Select(r => r.Price).ShouldBe(before.Select(r => r.Discount * 2 ?? 1.5m));
        (await context.Rides.CountAsync(r => r.Version == 1)).ShouldBe(count);
    }

    [Fact]
    public async Task Rows_found_count_even_when_nothing_changes()
    {
        await using var context = park.Context();
        (await context.Parks.Where(p => p.Name == "Alton").ExecuteUpdateAsync(s => s.SetProperty(p => p.Name, "Alton"))).ShouldBe(1);
        (await context.Parks.Where(p => p.Name == "nowhere").ExecuteUpdateAsync(s => s.SetProperty(p => p.Name, "x"))).ShouldBe(0);
    }

    [Fact]
    public async Task Rows_are_deleted_by_filter_and_no_others()
    {
        await using var context = park.Context();
        context.AddRange(new Park { Name = "delete 1" }, new Park { Name = "delete 2" }, new Park { Name = "deleted not" });
        await context.SaveChangesAsync();
        string[] names = ["delete 1", "delete 2", @"\"];
        (await context.Parks.Where(p => names.Contains(p.Name)).ExecuteDeleteAsync()).ShouldBe(2);
        (await context.Parks.CountAsync(p => p.Name.StartsWith("delete"))).ShouldBe(1);
    }

    [Fact]
    public async Task Columns_that_read_each_other_are_refused_because_the_server_assigns_one_after_the_other()
    {
        await using var context = park.Context();
        var error = await Should.ThrowAsync<NotSupportedException>(() => context.Rides.ExecuteUpdateAsync(s => s
            .SetProperty(r => r.Number, r => r.Version)
            .SetProperty(r => r.Version, r => r.Number)));
        error.Message.ShouldContain("'number'");
        (await context.Rides.ExecuteUpdateAsync(s => s.SetProperty(r => r.Version, r => r.Version + 0).SetProperty(r => r.Tiny, r => r.Tiny))).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task More_than_a_filter_on_one_table_is_refused_or_right()
    {
        await using var context = park.Context();
        await Should.ThrowAsync<Exception>(() => context.Rides.Where(r => r.Park!.Name == "Alton").ExecuteUpdateAsync(s => s.SetProperty(r => r.Note, r => r.Park!.Name)));
        await Should.ThrowAsync<Exception>(() => context.Rides.OrderBy(r => r.Id).Take(1).ExecuteDeleteAsync());
        await Should.ThrowAsync<Exception>(() => context.Rides.Where(r => r.Park!.Name == "Alton").OrderBy(r => r.Id).Skip(1).ExecuteUpdateAsync(s => s.SetProperty(r => r.Version, 9)));
        (await context.Rides.CountAsync()).ShouldBe(SampleRides.Texts.Length);
        (await context.Rides.AnyAsync(r => r.Version == 9)).ShouldBeFalse();
    }
}
