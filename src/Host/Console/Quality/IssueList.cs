using ThemePark.Host.Console.Lists;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Quality.Features;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Host.Console.Quality;

/// <summary>The list of issues, as a page and as a file.</summary>
internal static class IssueList
{
    public static readonly CsvExport Export = new CsvExport<ListIssues.Result, IssueView>(
        QualityLinks.Issues,
        [
            "log_id", "severity", "issue_type", "description", "entity_type", "entity_id", "entity_name", "destination_name", "park_name", "ride_name", "timestamp_start",
            "timestamp_end", "records_affected", "resolution_status", "resolution_notes", "resolved_by", "is_present", "created_at", "last_seen_at",
        ],
        Query,
        result => result.Issues,
        issue => issue.LogId,
        issue =>
        [
            CsvExport.Text(issue.LogId),
            issue.Severity,
            issue.IssueType,
            issue.Description,
            issue.EntityType,
            issue.EntityId is { } entity ? CsvExport.Text(entity) : null,
            issue.EntityName,
            issue.DestinationName,
            issue.ParkName,
            issue.RideName,
            CsvExport.Text(issue.TimestampStart),
            CsvExport.Text(issue.TimestampEnd),
            CsvExport.Text(issue.RecordsAffected),
            issue.ResolutionStatus,
            issue.ResolutionNotes,
            issue.ResolvedBy,
            issue.IsPresent ? "true" : "false",
            CsvExport.Text(issue.CreatedAt),
            CsvExport.Text(issue.LastSeenAt),
        ]);

    public static ListIssues.Query Query(PageUrl url, int limit, int offset) =>
        new(url["status"], url["type"], url["severity"], null, limit, offset, url["sort"]);
}
