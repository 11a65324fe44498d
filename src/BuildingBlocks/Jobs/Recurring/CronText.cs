using System.Globalization;

namespace ThemePark.Jobs;

/// <summary>
/// What a cron expression may say, field by field, so that a refusal names the field. Only what every crontab reads the same way: numbers, names, lists,
/// ranges that go up, steps behind <c>*</c> or a range.
/// </summary>
internal static class CronText
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static readonly Field[] Fields =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, Months),
        new("day of week", 0, 7, Weekdays),
    ];

    /// <summary>Whether minute or hour speak of intervals rather than of fixed times.</summary>
    public static bool IsInterval(string cron) => Split(cron)[..2].Any(field => field.AsSpan().ContainsAny('*', '-', '/'));

    /// <summary>What is wrong, or null.</summary>
    public static string? Problem(string cron)
    {
        var parts = Split(cron);
        if (parts.Length != Fields.Length)
        {
            return $"cron must have five fields (minute, hour, day of month, month, day of week); '{cron}' has {parts.Length}.";
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Split(',').FirstOrDefault(item => !Fields[i].Allows(item)) is { } item)
            {
                return $"cron: '{item}' is not allowed as {Fields[i].Says}.";
            }
        }

        return null;
    }

    private static string[] Split(string cron) => cron.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private sealed record Field(string Name, int Min, int Max, string[] Names)
    {
        public string Says => Names.Length == 0
            ? $"{Name}; {Min} to {Max}, with lists (1,2), ranges (1-5) and steps (*/5)"
            : $"{Name}; {Min} to {Max} or {Names[0]} to {Names[^1]}, with lists (1,2), ranges (1-5) and steps (*/2)";

        public bool Allows(string item)
        {
            var step = item.Split('/');
            var range = step[0].Split('-');
            var ends = range.Select(Number).ToList();
            var isRange = range.Length == 2 && ends[0] <= ends[1];
            return step.Length switch
            {
                1 => item == "*" || isRange || (range.Length == 1 && ends[0] is not null),
                2 => (step[0] == "*" || isRange) && Digits(step[1]) is > 0 and var by && by <= Max,
                _ => false,
            };
        }

        private int? Number(string text)
        {
            var name = Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
            var number = name >= 0 ? name + Min : Digits(text);
            return number >= Min && number <= Max ? number : null;
        }

        private static int? Digits(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
