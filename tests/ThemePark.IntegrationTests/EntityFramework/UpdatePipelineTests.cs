using Dapper;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

/// <summary>SaveChanges, with the SQL for MariaDB (RETURNING) and with that for MySQL (a SELECT by LAST_INSERT_ID).</summary>
public sealed class UpdatePipelineTests(ParkFixture park) : IClassFixture<ParkFixture>
{
    public static TheoryData<bool> Flavours { get; } = [false, true];

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task Five_hundred_rows_get_the_keys_of_their_own_rows(bool mySql)
    {
        var parks = Enumerable.Range(0, 500).Select(i => new Park { Name = $"{mySql} {i}" }).ToList();
        await using (var context = Context(mySql))
        {
            context.AddRange(parks);
            (await context.SaveChangesAsync()).ShouldBe(500);
        }

        parks.Select(p => p.Id).Distinct().Count().ShouldBe(500);
        await using var connection = await park.Database.OpenAsync(CancellationToken.None);
        var stored = (await connection.QueryAsync<(int Id, string Name)>("SELECT id, name FROM parks WHERE name LIKE @like", new { like = $"{mySql} %" })).ToDictionary(p => p.Id, p => p.Name);
        stored.Count.ShouldBe(500);
        parks.ShouldAllBe(p => stored[p.Id] == p.Name);
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task A_graph_is_saved_with_its_keys(bool mySql)
    {
        var added = new Park { Name = "Graph", Rides = [NewRide("one", "x", "y"), NewRide("two", "x")] };
        await using (var context = Context(mySql))
        {
            context.Add(added);
            await context.SaveChangesAsync();
        }

        await using var other = Context(mySql);
        var loaded = await other.Parks.Include(p => p.Rides).ThenInclude(r => r.Tags).SingleAsync(p => p.Id == added.Id);
        loaded.Rides.OrderBy(r => r.Id).Select(r => (r.Name, Tags: string.Join(',', r.Tags.OrderBy(t => t.Id).Select(t => t.Text)))).ShouldBe([("one", "x,y"), ("two", "x")]);
        loaded.Rides.Select(r => r.Id).ShouldBe(added.Rides.Select(r => r.Id), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task A_row_of_nothing_but_its_key_is_saved(bool mySql)
    {
        Turn[] turns = [new(), new(), new()];
        await using var context = Context(mySql);
        context.AddRange(turns.AsEnumerable());
        await context.SaveChangesAsync();
        turns.Select(t => t.Id).Distinct().Count(id => id > 0).ShouldBe(3);
        (await context.Turns.CountAsync(t => t.Id >= turns[0].Id)).ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task Keys_made_by_the_client_are_kept(bool mySql)
    {
        var own = Guid.NewGuid();
        Ticket[] tickets = [new() { Id = own, Code = $"own {mySql}" }, new() { Code = $"made {mySql}" }];
        await using var context = Context(mySql);
        context.AddRange(tickets.AsEnumerable());
        await context.SaveChangesAsync();
        tickets[1].Id.ShouldNotBe(Guid.Empty);
        context.ChangeTracker.Clear();
        (await context.Tickets.SingleAsync(t => t.Id == own)).Code.ShouldBe($"own {mySql}");
        (await context.Tickets.FindAsync(tickets[1].Id))!.Code.ShouldBe($"made {mySql}");
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task Rows_are_updated_and_deleted(bool mySql)
    {
        var ride = NewRide("before", "gone");
        await using var context = Context(mySql);
        context.Add(ride);
        await context.SaveChangesAsync();
        (ride.Name, ride.Note, ride.Optional, ride.StatusName, ride.At) = ("after", @"\'", null, Status.Closed, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        ride.Version++;
        ride.Tags.Clear();
        (await context.SaveChangesAsync()).ShouldBe(2);
        context.ChangeTracker.Clear();
        var loaded = await context.Rides.Include(r => r.Tags).SingleAsync(r => r.Id == ride.Id);
        (loaded.Name, loaded.Note, loaded.Optional, loaded.StatusName, loaded.At, loaded.Version, loaded.Tags.Count)
            .ShouldBe(("after", @"\'", null, Status.Closed, ride.At, 1, 0));
        context.Remove(loaded);
        await context.SaveChangesAsync();
        (await context.Rides.AnyAsync(r => r.Id == ride.Id)).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task A_stale_version_is_a_conflict(bool mySql)
    {
        var id = await SavedRide(mySql);
        await using var first = Context(mySql);
        await using var second = Context(mySql);
        var (mine, yours) = (await first.Rides.SingleAsync(r => r.Id == id), await second.Rides.SingleAsync(r => r.Id == id));
        (mine.Name, mine.Version) = ("mine", 1);
        await first.SaveChangesAsync();
        (yours.Name, yours.Version) = ("yours", 1);
        var conflict = await Should.ThrowAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync());
        conflict.Entries.Single().Entity.ShouldBeSameAs(yours);
        second.ChangeTracker.Clear();
        (await second.Rides.SingleAsync(r => r.Id == id)).Name.ShouldBe("mine");
        await first.Rides.Where(r => r.Id == id).ExecuteDeleteAsync();
        first.Remove(mine);
        await Should.ThrowAsync<DbUpdateConcurrencyException>(() => first.SaveChangesAsync());
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task An_update_that_changes_nothing_is_no_conflict(bool mySql)
    {
        var id = await SavedRide(mySql);
        await using var context = Context(mySql);
        var ride = await context.Rides.SingleAsync(r => r.Id == id);
        context.Entry(ride).Property(r => r.Name).IsModified = true;
        (await context.SaveChangesAsync()).ShouldBe(1);
        context.Entry(ride).State = EntityState.Modified;
        (await context.SaveChangesAsync()).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task A_conflict_in_the_middle_of_a_batch_undoes_all_of_it(bool mySql)
    {
        var ids = new[] { await SavedRide(mySql), await SavedRide(mySql), await SavedRide(mySql) };
        await using var context = Context(mySql);
        var rides = await context.Rides.Where(r => ids.Contains(r.Id)).OrderBy(r => r.Id).ToListAsync();
        await using (var other = Context(mySql))
        {
            await other.Rides.Where(r => r.Id == ids[1]).ExecuteUpdateAsync(s => s.SetProperty(r => r.Version, 7));
        }

        foreach (var ride in rides)
        {
            (ride.Name, ride.Version) = ("batched", 1);
        }

        context.Add(new Park { Name = $"batched {mySql}" });
        await Should.ThrowAsync<DbUpdateConcurrencyException>(() => context.SaveChangesAsync());
        context.ChangeTracker.Clear();
        (await context.Rides.CountAsync(r => ids.Contains(r.Id) && r.Name == "batched")).ShouldBe(0);
        (await context.Parks.AnyAsync(p => p.Name == $"batched {mySql}")).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task A_duplicate_key_is_an_update_exception_with_its_number_and_saves_nothing(bool mySql)
    {
        var code = $"twice {mySql}";
        await using var context = Context(mySql);
        context.AddRange(new Ticket { Code = $"once {mySql}" }, new Ticket { Code = code }, new Ticket { Code = code });
        var error = await Should.ThrowAsync<DbUpdateException>(() => context.SaveChangesAsync());
        MySqlErrors.Number(error).ShouldBe(1062);
        MySqlErrors.IsDuplicateKey(error).ShouldBeTrue();
        context.ChangeTracker.Clear();
        (await context.Tickets.CountAsync(t => t.Code == code || t.Code == $"once {mySql}")).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task Errors_of_the_server_are_update_exceptions(bool mySql)
    {
        await using var context = Context(mySql);
        context.Add(new Tag { RideId = int.MaxValue, Text = "orphan" });
        MySqlErrors.Number(await Should.ThrowAsync<DbUpdateException>(() => context.SaveChangesAsync())).ShouldBe(1452);
        context.ChangeTracker.Clear();
        context.Add(new Ticket { Code = new string('x', 21) });
        MySqlErrors.Number(await Should.ThrowAsync<DbUpdateException>(() => context.SaveChangesAsync())).ShouldBe(1406);
    }

    [Fact]
    public async Task Long_texts_are_spread_over_several_statements()
    {
        await using var context = Context(mySql: false);
        var rides = Enumerable.Range(0, 60).Select(i => NewRide($"long {i}")).ToList();
        rides.ForEach(r => r.Note = new string('\'', 400_000));
        context.AddRange(rides);
        await context.SaveChangesAsync();
        context.ChangeTracker.Clear();
        (await context.Rides.CountAsync(r => r.Name.StartsWith("long ") && r.Note!.Length == 400_000)).ShouldBe(60);
    }

    [Fact]
    public async Task Instants_are_cut_to_the_millisecond_on_the_way_in_and_ambiguous_ones_refused()
    {
        await using var context = Context(mySql: false);
        var ride = NewRide("instant");
        ride.At = new DateTime(2024, 12, 31, 23, 59, 59, DateTimeKind.Utc).AddTicks(9_999_999);
        context.Add(ride);
        await context.SaveChangesAsync();
        context.ChangeTracker.Clear();
        var loaded = await context.Rides.SingleAsync(r => r.Id == ride.Id);
        loaded.At.ShouldBe(new DateTime(2024, 12, 31, 23, 59, 59, 999, DateTimeKind.Utc));
        loaded.At.Kind.ShouldBe(DateTimeKind.Utc);
        loaded.At = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        (await Should.ThrowAsync<Exception>(() => context.SaveChangesAsync())).ToString().ShouldContain("has no kind");
    }

    private static Ride NewRide(string name, params string[] tags) => new()
    {
        Name = name,
        At = DateTime.UnixEpoch,
        Day = new DateOnly(2024, 1, 1),
        StatusName = Status.Operating,
        StatusCode = Status.Operating,
        Tags = tags.Select(t => new Tag { Text = t }).ToList(),
    };

    private ParkContext Context(bool mySql) => park.Context(mySql ? ParkFixture.MySqlFlavour : null);

    private async Task<int> SavedRide(bool mySql)
    {
        await using var context = Context(mySql);
        var ride = NewRide("saved");
        context.Add(ride);
        await context.SaveChangesAsync();
        return ride.Id;
    }
}
