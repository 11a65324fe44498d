using System.Globalization;

namespace ThemePark.Bench;

/// <summary>What is asked of a bench, and what it tells.</summary>
internal static class Told
{
    public static double At(IReadOnlyCollection<double> values, int percent) => values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(values.Count * percent / 100.0) - 1));

    public static long Number(string[] args, string name, long otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at ? long.Parse(args[at + 1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : otherwise;

    public static string? Text(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;

    public static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
