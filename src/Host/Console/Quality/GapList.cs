using ThemePark.Host.Console.Lists;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Quality.Features;

namespace ThemePark.Host.Console.Quality;

/// <summary>The list of gaps, as a page and as a file.</summary>
internal static class GapList
{
    public static readonly CsvExport Export = new CsvExport<ListGaps.Result, ListGaps.Gap>(
        QualityLinks.Gaps,
        [
            "gap_id", "park_id", "park_name", "ride_id", "ride_name", "gap_type", "data_source", "start_time", "end_time", "duration_hours", "resolution_status",
            "resolution_notes",
        ],
        Query,
        result => result.Gaps,
        gap => gap.GapId,
        gap =>
        [
            CsvExport.Text(gap.GapId),
            gap.ParkId is { } park ? CsvExport.Text(park) : null,
            gap.ParkName,
            gap.RideId is { } ride ? CsvExport.Text(ride) : null,
            gap.RideName,
            gap.GapType,
            gap.DataSource,
            CsvExport.Text(gap.StartTime),
            CsvExport.Text(gap.EndTime),
            CsvExport.Text(gap.DurationHours),
            gap.ResolutionStatus,
            gap.ResolutionNotes,
        ]);

    public static ListGaps.Query Query(PageUrl url, int limit, int offset) => new(url.Number("park"), url.Number("hours"), limit, offset, url["sort"]);
}
