using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

// These run on the server, or compare with what does.
#pragma warning disable CA1847

/// <summary>Order, pages, joins, groups and includes.</summary>
[Collection(ParkReads.Name)]
public sealed class ShapeTests(ParkFixture park) : ParkTestBase(park)
{
    [Fact]
    public async Task Order_is_that_of_dotnet_nulls_first()
    {
        await SameSequence(q => q.OrderBy(r => r.Optional).ThenByDescending(r => r.Id).Select(r => r.Id));
        await SameSequence(q => q.OrderByDescending(r => r.Price).ThenBy(r => r.Id).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => r.Amount).ThenBy(r => r.Id).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => r.SeenAt).ThenBy(r => r.Id).Select(r => r.Id));
        await SameSequence(q => q.OrderByDescending(r => r.Day).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => r.Key).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => r.UnsignedBig).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => r.Flag).ThenBy(r => r.Maybe).ThenBy(r => r.Id).Select(r => r.Id));
        await SameSequence(q => q.OrderByDescending(r => r.StatusCode).ThenBy(r => r.Id).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => r.Number + r.Tiny).ThenBy(r => r.Id).Where(r => r.Number < 100).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => 1).ThenBy(r => r.Id).Select(r => r.Id));
    }

    [Fact]
    public async Task Names_are_ordered_by_code_point()
    {
        await using var context = Park.Context();
        var names = await context.Rides.Where(r => !r.Name.Contains("\t") && !r.Name.Contains("\n") && !r.Name.Contains("\0")).OrderBy(r => r.Name).Select(r => r.Name).ToListAsync();
        names.ShouldBe(names.Order(StringComparer.Ordinal));
        names.Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Pages_are_those_of_dotnet()
    {
        var (skip, take) = (5, 4);
        await SameSequence(q => q.OrderBy(r => r.Id).Skip(skip).Take(take).Select(r => r.Name));
        await SameSequence(q => q.OrderBy(r => r.Id).Skip(3).Select(r => r.Id));
        await SameSequence(q => q.OrderByDescending(r => r.Id).Take(3).Select(r => r.Id));
        await SameSequence(q => q.OrderBy(r => r.Id).Take(10).Where(r => r.Flag).OrderByDescending(r => r.Id).Select(r => r.Id));
        await SameSequence(q => q.Select(r => r.Number).Distinct().OrderBy(n => n).Skip(1).Take(3));
    }

    [Fact]
    public async Task Single_results_are_those_of_dotnet()
    {
        await using var context = Park.Context();
        var rides = Park.Rides;
        (await context.Rides.CountAsync()).ShouldBe(rides.Count);
        (await context.Rides.LongCountAsync(r => r.Flag)).ShouldBe(rides.LongCount(r => r.Flag));
        (await context.Rides.AnyAsync(r => r.Name == "nobody")).ShouldBeFalse();
        (await context.Rides.AnyAsync(r => r.Name == "It's")).ShouldBeTrue();
        (await context.Rides.AllAsync(r => r.Id > 0)).ShouldBeTrue();
        (await context.Rides.AllAsync(r => r.Note != null)).ShouldBeFalse();
        (await context.Rides.SumAsync(r => r.Tiny)).ShouldBe(rides.Sum(r => r.Tiny));
        (await context.Rides.SumAsync(r => r.Optional)).ShouldBe(rides.Sum(r => r.Optional));
        (await context.Rides.SumAsync(r => r.Price)).ShouldBe(rides.Sum(r => r.Price));
        (await context.Rides.SumAsync(r => r.Discount)).ShouldBe(rides.Sum(r => r.Discount));
        (await context.Rides.SumAsync(r => (long)r.UnsignedNumber)).ShouldBe(rides.Sum(r => (long)r.UnsignedNumber));
        (await context.Rides.SumAsync(r => r.Factor)).ShouldBe(rides.Sum(r => r.Factor));
        (await context.Rides.Where(r => r.Id < 0).SumAsync(r => r.Amount)).ShouldBe(0);
        (await context.Rides.AverageAsync(r => r.Small)).ShouldBe(rides.Average(r => r.Small), 1e-9);
        (await context.Rides.AverageAsync(r => r.Factor)).ShouldBe(rides.Average(r => r.Factor));
        (await context.Rides.AverageAsync(r => r.Flag ? 1.0 : 0.0)).ShouldBe(rides.Average(r => r.Flag ? 1.0 : 0.0));
        (await context.Rides.MinAsync(r => r.Big)).ShouldBe(long.MinValue);
        (await context.Rides.MaxAsync(r => r.UnsignedBig)).ShouldBe(ulong.MaxValue);
        (await context.Rides.MaxAsync(r => r.UnsignedTiny)).ShouldBe(byte.MaxValue);
        (await context.Rides.MaxAsync(r => r.Price)).ShouldBe(rides.Max(r => r.Price));
        (await context.Rides.MinAsync(r => r.SeenAt)).ShouldBe(rides.Min(r => r.SeenAt));
        var latest = await context.Rides.MaxAsync(r => r.At);
        latest.ShouldBe(rides.Max(r => r.At));
        latest.Kind.ShouldBe(DateTimeKind.Utc);
        (await context.Rides.MaxAsync(r => r.Day)).ShouldBe(DateOnly.MaxValue);
        (await context.Rides.MinAsync(r => r.Key)).ShouldBe(rides.Min(r => r.Key));
        (await context.Rides.MaxAsync(r => r.StatusCode)).ShouldBe(Status.Closed);
        (await context.Rides.Where(r => r.Id < 0).MaxAsync(r => (int?)r.Number)).ShouldBeNull();
        (await context.Rides.OrderBy(r => r.Id).FirstAsync(r => !r.Flag)).Name.ShouldBe(rides.OrderBy(r => r.Id).First(r => !r.Flag).Name);
        (await context.Rides.SingleOrDefaultAsync(r => r.Name == "nobody")).ShouldBeNull();
        (await context.Rides.OrderBy(r => r.Id).LastAsync()).Id.ShouldBe(rides.Max(r => r.Id));
        (await context.Rides.FindAsync(rides[3].Id))!.Name.ShouldBe(rides[3].Name);
        (await context.Rides.ContainsAsync(rides[0])).ShouldBeTrue();
    }

    [Fact]
    public async Task Sums_beyond_the_type_are_errors_not_other_numbers()
    {
        await using var context = Park.Context();
        await Should.ThrowAsync<Exception>(() => context.Rides.SumAsync(r => r.Number == int.MaxValue ? r.Number : 5));
        await Should.ThrowAsync<Exception>(() => context.Rides.Where(r => r.Big > 0).SumAsync(r => r.Big));
    }

    [Fact]
    public async Task Groups_are_those_of_dotnet()
    {
        await SameSequence(q => q.GroupBy(r => r.Optional).Select(g => new { g.Key, Count = g.Count(), Sum = g.Sum(r => r.Price), Most = g.Max(r => r.Big), First = g.Min(r => r.At) }).OrderBy(x => x.Key));
        await SameSequence(q => q.GroupBy(r => r.StatusName).Select(g => new { g.Key, Flags = g.Count(r => r.Flag), Numbers = g.Select(r => r.Tiny).Distinct().Count(), First = g.Min(r => r.Id) }).OrderBy(x => x.First));
        await SameSequence(q => q.GroupBy(r => new { r.Flag, r.StatusCode }).Select(g => new { g.Key.Flag, g.Key.StatusCode, Mean = g.Average(r => r.Tiny) }).OrderBy(x => x.Flag).ThenBy(x => x.StatusCode));
        await SameSequence(q => q.GroupBy(r => r.At.Year).Where(g => g.Count() > 1).Select(g => new { Year = g.Key, Count = g.Count() }).OrderBy(x => x.Year));
        await SameSequence(q => q.GroupBy(r => 1).Select(g => new { Count = g.Count(), Sum = g.Sum(r => r.Tiny) }));
        await SameSequence(q => q.GroupBy(r => r.Flag ? "a" : "A").Select(g => new { g.Key, Count = g.Count() }).OrderBy(x => x.Count));
        await SameSequence(q => q.Where(r => r.Park != null).GroupBy(r => r.Park!.Country).Select(g => new { g.Key, Sum = g.Sum(r => r.Small) }).OrderBy(x => x.Key));
        await SameSequence(q => q.Where(r => r.Park != null).GroupBy(r => r.Park!.Name).Select(g => g.OrderByDescending(r => r.Id).First().Name).OrderBy(n => n));
    }

    [Fact]
    public async Task Joins_are_those_of_dotnet()
    {
        await using var context = Park.Context();
        var (parks, tags) = (context.Parks.AsNoTracking(), context.Tags.AsNoTracking());
        var joined = await (from r in context.Rides join p in parks on r.ParkId equals p.Id orderby r.Id select new { r.Name, Park = p.Name }).ToListAsync();
        joined.ShouldBe(from r in Park.Rides where r.Park != null orderby r.Id select new { r.Name, Park = r.Park!.Name });

        var left = await (from p in parks join r in context.Rides on p.Id equals r.ParkId into rides from r in rides.DefaultIfEmpty() orderby p.Id, r.Id select new { p.Name, Ride = (int?)r.Id }).ToListAsync();
        left.ShouldBe(Park.Parks.OrderBy(p => p.Id).SelectMany(p => p.Rides.OrderBy(r => r.Id).Select(r => (int?)r.Id).DefaultIfEmpty(), (p, r) => new { p.Name, Ride = r }));
        left.Count(x => x.Ride is null).ShouldBe(1);

        var pairs = await context.Rides.SelectMany(r => r.Tags, (r, t) => new { r.Id, t.Text }).OrderBy(x => x.Id).ThenBy(x => x.Text).ToListAsync();
        pairs.ShouldBe(Park.Rides.SelectMany(r => r.Tags, (r, t) => new { r.Id, t.Text }).OrderBy(x => x.Id).ThenBy(x => x.Text));

        var crossed = await (from p in parks from t in tags where t.Text == "tag 2" && p.Country != null select new { p.Name, t.RideId }).CountAsync();
        crossed.ShouldBe(2 * Park.Rides.Count(r => r.Tags.Count > 2));

        var leftJoin = await context.Rides.LeftJoin(parks, r => r.ParkId, p => p.Id, (r, p) => new { r.Id, Park = p == null ? "none" : p.Name }).OrderBy(x => x.Id).ToListAsync();
        leftJoin.ShouldBe(Park.Rides.OrderBy(r => r.Id).Select(r => new { r.Id, Park = r.Park == null ? "none" : r.Park.Name }));
    }

    [Fact]
    public async Task Subqueries_are_those_of_dotnet()
    {
        await SameSequence(q => q.OrderBy(r => r.Id).Select(r => new { r.Id, Last = r.Tags.OrderByDescending(t => t.Id).Select(t => t.Text).FirstOrDefault(), Max = r.Tags.Max(t => (int?)t.Id) }));
        await using var context = Park.Context();
        var tagged = context.Tags.Where(t => t.Text == "tag 1").Select(t => t.RideId);
        var ids = await context.Rides.Where(r => tagged.Contains(r.Id)).Select(r => r.Id).ToListAsync();
        ids.Order().ShouldBe(Park.Rides.Where(r => r.Tags.Count > 1).Select(r => r.Id).Order());
        var busiest = await context.Rides.Where(r => r.Tags.Count == context.Rides.Max(o => o.Tags.Count)).CountAsync();
        busiest.ShouldBe(Park.Rides.Count(r => r.Tags.Count == 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Includes_load_the_whole_graph_in_one_query_or_split(bool split)
    {
        await using var context = Park.Context();
        var query = context.Parks.Include(p => p.Rides.Where(r => r.Id % 3 == 0).OrderByDescending(r => r.Id)).ThenInclude(r => r.Tags.OrderByDescending(t => t.Id)).OrderBy(p => p.Id);
        var parks = await (split ? query.AsSplitQuery() : query).ToListAsync();
        foreach (var (found, expected) in parks.Zip(Park.Parks.OrderBy(p => p.Id)))
        {
            found.Rides.Select(r => r.Id).ShouldBe(expected.Rides.Where(r => r.Id % 3 == 0).OrderByDescending(r => r.Id).Select(r => r.Id));
            foreach (var ride in found.Rides)
            {
                ride.Tags.Select(t => t.Text).ShouldBe(Park.Rides.Single(r => r.Id == ride.Id).Tags.OrderByDescending(t => t.Id).Select(t => t.Text));
            }
        }

        parks.Count(p => p.Rides.Count > 1).ShouldBe(2);
        parks.Sum(p => p.Rides.Sum(r => r.Tags.Count)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_include_can_take_the_first_few()
    {
        await using var context = Park.Context();
        var parks = await context.Parks.Include(p => p.Rides.OrderByDescending(r => r.Id).Take(2)).OrderBy(p => p.Id).ToListAsync();
        parks.SelectMany(p => p.Rides.OrderByDescending(r => r.Id)).Select(r => r.Id)
            .ShouldBe(Park.Parks.OrderBy(p => p.Id).SelectMany(p => p.Rides.OrderByDescending(r => r.Id).Take(2)).Select(r => r.Id));
        parks.Sum(p => p.Rides.Count).ShouldBe(4);
    }
}
