using ThemePark.Host.Console.Lists;
using ThemePark.Host.Console.Shared;
using ThemePark.Jobs;

namespace ThemePark.Host.Console.Jobs;

/// <summary>The list of jobs, as a page and as a file.</summary>
internal static class JobList
{
    // The head of an error says what it is; its trace is on the job's page.
    private const int LongestError = 1000;

    public static readonly CsvExport Export = new CsvExport<ListJobs.Result, JobAnswer>(
        JobLinks.All,
        ["job_id", "name", "queue", "state", "waiting_for", "attempts", "max_attempts", "node", "created_by", "created_at", "started_at", "finished_at", "last_error"],
        Query,
        result => result.Data,
        job => job.JobId,
        job =>
        [
            job.JobId,
            job.Name,
            job.Queue,
            job.State,
            job.WaitingFor,
            CsvExport.Text(job.Attempts),
            CsvExport.Text(job.MaxAttempts),
            job.Node,
            job.CreatedBy,
            CsvExport.Text(job.CreatedAt),
            CsvExport.Text(job.StartedAt),
            CsvExport.Text(job.FinishedAt),
            job.LastError is { Length: > LongestError } error ? error[..LongestError] : job.LastError,
        ]);

    public static ListJobs.Query Query(PageUrl url, int limit, int offset) =>
        new(url["state"], url["queue"], url["name"], url["text"], limit, offset, url["sort"]);
}
