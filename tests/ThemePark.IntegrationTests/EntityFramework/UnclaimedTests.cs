using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

// Refused calls need no culture.
#pragma warning disable CA1305, CA1310, CA1866

/// <summary>What the provider does not claim is an error with a reason, never an answer.</summary>
[Collection(ParkReads.Name)]
public sealed class UnclaimedTests(ParkFixture park) : ParkTestBase(park)
{
    [Fact]
    public async Task Methods_and_properties_that_are_not_on_the_list_are_refused()
    {
        await Refused(r => r.At > DateTime.UtcNow);
        await Refused(r => r.At.Ticks > 5);
        await Refused(r => r.At.TimeOfDay > TimeSpan.Zero);
        await Refused(r => r.Day.DayNumber > 5);
        await Refused(r => Math.Pow(r.Amount, 2) > 5);
        await Refused(r => Math.Sqrt(r.Amount) > 5);
        await Refused(r => Math.Sign(r.Number) == 1);
        await Refused(r => r.Amount.ToString() == "1");
        await Refused(r => r.Price.ToString() == "1");
        await Refused(r => r.Flag.ToString() == "True");
        await Refused(r => r.StatusName.ToString() == "Down");
        await Refused(r => r.StatusCode.HasFlag(Status.Down));
        await Refused(r => r.Key > Guid.Empty == r.Key.ToString().StartsWith("0"));
        await Refused(r => r.Number.CompareTo(2) > 0);
        await Refused(r => r.Name[0] == 'a');
        await Refused(r => r.Number > EF.Functions.Random());
        await Refused(r => r.Data == "{}", "JSON");
        await Refused(r => r.Hash!.Length == 4);
    }

    [Fact]
    public async Task Operators_that_are_not_on_the_list_are_refused()
    {
        string[] words = ["a", "b"];
        await RefusedQuery(q => q.Select(r => r.Name).Union(q.Select(r => r.Note!)));
        await RefusedQuery(q => q.Select(r => r.Name).Concat(q.Select(r => r.Note!)));
        await RefusedQuery(q => q.Select(r => r.Id).Except(q.Where(r => r.Flag).Select(r => r.Id)));
        await RefusedQuery(q => q.Select(r => r.Id).Intersect(q.Where(r => r.Flag).Select(r => r.Id)));
        await RefusedQuery(q => q.Where(r => words.Select(w => w + "x").Any(w => r.Name.StartsWith(w))));
        await RefusedQuery(q => q.Where(r => EF.Parameter(words).Contains(r.Name)));
        await RefusedQuery(q => q.Where(r => q.OrderBy(o => o.Id).Take(3).Select(o => o.Id).Contains(r.Id)), "Take");
        await RefusedQuery(q => q.OrderBy(r => r.Data).Select(r => r.Id), "ORDER BY");
        await RefusedQuery(q => q.OrderBy(r => r.Hash).Select(r => r.Id), "ORDER BY");
        await RefusedQuery(q => q.TakeWhile(r => r.Flag));
    }

    [Fact]
    public async Task Models_that_cannot_work_are_refused_when_they_are_built()
    {
        RefusedModel(m => m.Entity<Park>().ToTable("parks", "dbo"), "schema");
        RefusedModel(m => m.Entity<Park>().Property(p => p.Country).HasColumnType("geometry"), "geometry");
        RefusedModel(m => m.Entity<Park>().Property(p => p.Country).HasColumnType("int"), "int");
        RefusedModel(m => m.Entity<Ride>().Property(r => r.At).HasColumnType("timestamp"), "timestamp");
        RefusedModel(m => m.Entity<Ride>().Property(r => r.Flag).HasConversion<string>(), "bool");
        RefusedModel(m => m.Entity<Ride>().Property(r => r.Hash).IsRowVersion(), "Hash");
        RefusedModel(m => m.Entity<Owners>().OwnsOne(o => o.Detail, d => d.ToJson()), "JSON");
        RefusedModel(m => m.Entity<Spans>(), "TimeSpan");
        RefusedModel(m => m.Entity<Ride>().Property(r => r.Name).HasConversion<DateTimeOffset>(), "Name");
        RefusedModel(m => m.Entity<Lists>(), "collection");
        await using var context = Park.Context();
        (await context.Parks.AnyAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task EF_does_not_touch_the_schema()
    {
        await using var context = Park.Context();
        (await context.Database.CanConnectAsync()).ShouldBeTrue();
        await Should.ThrowAsync<NotSupportedException>(() => context.Database.EnsureDeletedAsync());
        await Should.ThrowAsync<NotSupportedException>(() => context.Database.EnsureCreatedAsync());
        Should.Throw<NotSupportedException>(() => context.Database.GenerateCreateScript());
        await Should.ThrowAsync<Exception>(() => context.Database.MigrateAsync());
        (await context.Rides.CountAsync()).ShouldBe(SampleRides.Texts.Length);
    }

    [Fact]
    public async Task Numbers_the_server_does_not_have_are_errors()
    {
        await using var context = Park.Context();
        var (nan, infinity) = (double.NaN, double.PositiveInfinity);
        await Should.ThrowAsync<NotSupportedException>(() => context.Rides.CountAsync(r => r.Amount == nan));
        await Should.ThrowAsync<NotSupportedException>(() => context.Rides.CountAsync(r => r.Amount < infinity));
        await Should.ThrowAsync<NotSupportedException>(() => context.Rides.CountAsync(r => r.Amount < EF.Constant(infinity)));
    }

    private static void RefusedModel(Action<ModelBuilder> configure, string because)
    {
        var options = new DbContextOptionsBuilder<OddContext>().EnableServiceProviderCaching(false)
            .UseMySql("Server=nowhere;User ID=none;Database=none", ParkFixture.MySqlFlavour).Options;
        using var context = new OddContext(options, configure);
        var error = Should.Throw<Exception>(() => context.Model);
        error.Message.ShouldContain(because, Case.Insensitive, error.ToString());
    }

    private sealed class OddContext(DbContextOptions<OddContext> options, Action<ModelBuilder> configure) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => configure(modelBuilder);
    }

    private sealed class Spans
    {
        public int Id { get; set; }
        public TimeSpan Length { get; set; }
    }

    private sealed class Owners
    {
        public int Id { get; set; }
        public Detail Detail { get; set; } = new();
    }

    private sealed class Detail
    {
        public string Text { get; set; } = "";
    }

    private sealed class Lists
    {
        public int Id { get; set; }
        public List<string> Words { get; set; } = [];
    }
}
