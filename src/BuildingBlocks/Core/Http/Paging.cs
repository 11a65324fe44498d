using FluentValidation;

namespace ThemePark.BuildingBlocks;

/// <summary>A list query. <c>limit</c> 1–500 (default 50) and <c>offset</c> ≥ 0 are validated for every request that carries this.</summary>
public interface IPaged
{
    int? Limit { get; }

    int? Offset { get; }
}

public static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;

    public static int LimitOrDefault(this IPaged query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Limit ?? DefaultLimit;
    }

    public static int OffsetOrDefault(this IPaged query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Offset ?? 0;
    }
}

/// <summary>What every list answers beside its rows.</summary>
/// <param name="Count">Rows in this answer.</param>
/// <param name="Total">Rows that match, on all pages.</param>
/// <param name="Timestamp">When the answer was made, UTC.</param>
public sealed record PageMetadata(int Count, long Total, DateTime Timestamp);

/// <summary>The body of a list: <c>{"data":[…],"metadata":{…}}</c>.</summary>
public sealed record Page<T>(IReadOnlyList<T> Data, PageMetadata Metadata);

/// <summary>Applies to every <see cref="IPaged"/> request: the container leaves it out where the constraint does not hold.</summary>
internal sealed class PagingRules<T> : AbstractValidator<T>
    where T : IPaged
{
    public PagingRules()
    {
        RuleFor(q => q.Limit).InclusiveBetween(1, Paging.MaxLimit);
        RuleFor(q => q.Offset).GreaterThanOrEqualTo(0);
    }
}
