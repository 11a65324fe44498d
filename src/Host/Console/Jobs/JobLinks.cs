using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Jobs;

/// <summary>Where the pages and forms of jobs are.</summary>
internal static class JobLinks
{
    public const string All = ConsoleSetup.Root + "/jobs";
    public const string Pauses = All + "/pauses";
    public const string RetryAll = All + "/retry-all";
    public const string PauseWork = All + "/pause-work";
    public const string Actions = "/jobs";

    public static string Of(string jobId) => $"{All}/{Uri.EscapeDataString(jobId)}";

    public static string InState(string? state) => PageUrl.Of(All, ("state", state));

    public static string Cancel(string jobId) => Of(jobId) + "/cancel";

    /// <summary>Where a form about a job is sent.</summary>
    public static string Action(string jobId, string action) => $"{ConsoleSetup.Root}/actions{Actions}/{Uri.EscapeDataString(jobId)}/{action}";

    /// <summary>Where a form about many jobs is sent.</summary>
    public static string Action(string action) => $"{ConsoleSetup.Root}/actions{Actions}/{action}";
}
