using System.Globalization;
using Dapper;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Parks with the local dates asked of them, as a condition on <c>stat_date</c> and <c>park_id</c>: few ranges, whatever the number of parks.</summary>
internal sealed class ParkRanges
{
    private readonly List<(DayRange Range, int[] Parks)> _groups;

    private ParkRanges(List<(DayRange, int[])> groups) => _groups = groups;

    /// <summary>False where no park matches: then there is nothing to ask.</summary>
    public bool Any => _groups.Count > 0;

    /// <summary>Dates and parks are parameters; only their numbers are in the text.</summary>
    public string Where => Any
        ? "(" + string.Join(" OR ", _groups.Select((_, i) => string.Create(
            CultureInfo.InvariantCulture, $"(stat_date BETWEEN @First{i} AND @Last{i} AND park_id IN @Parks{i})"))) + ")"
        : "FALSE";

    public static ParkRanges Of(IEnumerable<KeyValuePair<int, DayRange>> parks) =>
        new([.. parks.GroupBy(p => p.Value, p => p.Key).OrderBy(g => g.Key.First).ThenBy(g => g.Key.Last).Select(g => (g.Key, g.Order().ToArray()))]);

    /// <summary>The parameters of <see cref="Where"/>, added to those of a query.</summary>
    public DynamicParameters Parameters(object? others = null)
    {
        var parameters = new DynamicParameters(others);
        for (var i = 0; i < _groups.Count; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            parameters.Add("First" + number, _groups[i].Range.First);
            parameters.Add("Last" + number, _groups[i].Range.Last);
            parameters.Add("Parks" + number, _groups[i].Parks);
        }

        return parameters;
    }
}
