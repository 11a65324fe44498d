using System.Linq.Expressions;
using FluentValidation;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Ranges of local dates that a caller gives.</summary>
internal static class DateRanges
{
    public const int MostDays = 366;

    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2100, 1, 1);

    /// <summary><c>from</c> and <c>to</c>: both given, in order, at most a leap year.</summary>
    public static void AddDateRange<T>(this AbstractValidator<T> validator, Expression<Func<T, DateOnly?>> from, Expression<Func<T, DateOnly?>> to)
    {
        var first = from.Compile();
        foreach (var end in (Expression<Func<T, DateOnly?>>[])[from, to])
        {
            validator.RuleFor(end).NotNull().WithMessage("{PropertyName} is required: a date as yyyy-MM-dd.");
            validator.RuleFor(end).InclusiveBetween(Earliest, Latest);
        }

        validator.RuleFor(to).Must((query, last) => !(first(query) > last)).WithMessage("from must not be after to.");
        validator.RuleFor(to)
            .Must((query, last) => !(last?.DayNumber - first(query)?.DayNumber >= MostDays))
            .WithMessage($"from and to may be at most {MostDays} days apart, both included.");
    }

    public static IEnumerable<DateOnly> Dates(this DayRange range) => Enumerable.Range(range.First.DayNumber, range.Days).Select(DateOnly.FromDayNumber);
}
