using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Shouldly;

namespace ThemePark.IntegrationTests.EntityFramework;

/// <summary>Runs one query on the server and on the objects, and compares.</summary>
public abstract class ParkTestBase(ParkFixture park)
{
    private static readonly JsonSerializerOptions Exact = new() { Converters = { new PlainDecimal() }, ReferenceHandler = ReferenceHandler.IgnoreCycles };

    protected ParkFixture Park { get; } = park;

    /// <summary>The filter finds the same rides in both worlds: some, and not all, so that an always-true filter cannot pass.</summary>
    protected async Task SameRides(Expression<Func<Ride, bool>> filter)
    {
        await using var context = Park.Context();
        var found = await context.Rides.Where(filter).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync();
        var expected = Park.Rides.Where(filter.Compile()).Select(r => r.Id).Order().ToList();
        found.ShouldBe(expected);
        found.Count.ShouldBeInRange(1, Park.Rides.Count - 1);

        // And its negation, where null semantics hide.
        var negated = Expression.Lambda<Func<Ride, bool>>(Expression.Not(filter.Body), filter.Parameters);
        var others = await context.Rides.Where(negated).Select(r => r.Id).ToListAsync();
        others.Order().ShouldBe(Park.Rides.Where(negated.Compile()).Select(r => r.Id).Order());
    }

    /// <summary>The value, computed on the server (a grouping forces that), equals the value computed in .NET for every ride.</summary>
    protected async Task SameValues<T>(Expression<Func<Ride, T>> value, Expression<Func<Ride, bool>>? where = null)
    {
        where ??= r => true;
        await using var context = Park.Context();
        var found = await context.Rides.Where(where).OrderBy(r => r.Id).Select(value).ToListAsync();
        var expected = Park.Rides.Where(where.Compile()).OrderBy(r => r.Id).Select(value.Compile()).ToList();
        Text(found).ShouldBe(Text(expected));

        var groups = await context.Rides.Where(where).GroupBy(value).Select(g => new { g.Key, Count = g.Count() }).ToListAsync();
        groups.Select(Text).Order(StringComparer.Ordinal)
            .ShouldBe(expected.GroupBy(v => v).Select(g => Text(new { g.Key, Count = g.Count() })).Order(StringComparer.Ordinal));
        groups.Count.ShouldBeGreaterThan(1);
    }

    /// <summary>A whole query gives the same rows in the same order.</summary>
    protected async Task SameSequence<T>(Func<IQueryable<Ride>, IQueryable<T>> query)
    {
        await using var context = Park.Context();
        var found = await query(context.Rides).ToListAsync();
        Text(found).ShouldBe(Text(query(Park.Rides.AsQueryable()).ToList()));
        found.Count.ShouldBeGreaterThan(0);
    }

    /// <summary>The filter is refused before anything is sent, and the message says what to do about it.</summary>
    protected async Task Refused(Expression<Func<Ride, bool>> filter, string? because = null) =>
        await RefusedQuery(rides => rides.Where(filter), because);

    protected async Task RefusedQuery<T>(Func<IQueryable<Ride>, IQueryable<T>> query, string? because = null)
    {
        await using var context = Park.Context();
        var error = await Should.ThrowAsync<Exception>(() => query(context.Rides).ToListAsync());
        ShouldBeRefusal(error, because);
    }

    protected static void ShouldBeRefusal(Exception error, string? because = null)
    {
        (error is InvalidOperationException or NotSupportedException).ShouldBeTrue(error.ToString());
        var text = error.Message;
        (text.Contains("could not be translated", StringComparison.Ordinal)
            || text.Contains("not translate", StringComparison.Ordinal)
            || text.Contains("does not support", StringComparison.Ordinal)).ShouldBeTrue(text);
        if (because is not null)
        {
            text.ShouldContain(because);
        }
    }

    protected static string Text<T>(T value) => JsonSerializer.Serialize(value, Exact);

    /// <summary>1.50 is 1.5: the scale of a computed decimal is not part of its value.</summary>
    private sealed class PlainDecimal : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value / 1.000000000000000000000000000000m);
    }
}
