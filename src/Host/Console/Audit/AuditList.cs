using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Lists;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Audit;

/// <summary>The audit log, as a page and as a file.</summary>
internal static class AuditList
{
    public const string Path = ConsoleSetup.Root + "/audit";

    public static readonly CsvExport Export = new CsvExport<Page<ListActivity.Entry>, ListActivity.Entry>(
        Path,
        ["audit_id", "at", "who", "door", "action", "subject", "why", "details", "correlation_id"],
        Query,
        page => page.Data,
        entry => entry.AuditId,
        entry =>
        [
            CsvExport.Text(entry.AuditId),
            CsvExport.Text(entry.At),
            entry.Who,
            entry.Door,
            entry.Action,
            entry.Subject,
            entry.Why,
            entry.Details?.GetRawText(),
            entry.CorrelationId,
        ]);

    public static ListActivity.Query Query(PageUrl url, int limit, int offset) =>
        new(limit, offset, url["who"], url["action"], url["door"], url["from"], url["to"], url["text"], url["sort"]);
}
