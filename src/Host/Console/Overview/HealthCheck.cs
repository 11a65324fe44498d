using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Console.Overview;

/// <summary>One line of the health report.</summary>
internal sealed record HealthCheck(string Name, string Status, string Message)
{
    public static IReadOnlyList<HealthCheck> Of(Health.Report report)
    {
        var checks = report.Checks;
        return
        [
            new("database", checks.Database.Status, checks.Database.Message),
            new("migrations", checks.Migrations.Status, checks.Migrations.Message),
            new("data collection", checks.DataCollection.Status, checks.DataCollection.Message),
            new(
                "daily figures",
                checks.DailyAggregation.Status,
                checks.DailyAggregation.AggregationDate is { } day ? string.Create(CultureInfo.InvariantCulture, $"Complete to {day:yyyy-MM-dd}") : "No day is complete"),
            new("hourly figures", checks.HourlyAggregation.Status, checks.HourlyAggregation.Message),
            new("disk", checks.DiskSpace.Status, checks.DiskSpace.Message),
            .. checks.Modules.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (m.Key, Reading: (HealthReading)m.Value))
                .Select(m => new HealthCheck(m.Key.Replace('_', ' '), m.Reading.Status, m.Reading.Message)),
        ];
    }
}
