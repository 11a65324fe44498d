namespace ThemePark.Host.Console.Schedules;

/// <summary>Where the pages and forms of schedules are.</summary>
internal static class ScheduleLinks
{
    public const string All = ConsoleSetup.Root + "/schedules";
    public const string Actions = "/schedules";

    public static string Of(string name) => $"{All}/{Uri.EscapeDataString(name)}";

    /// <summary>Where a form is sent.</summary>
    public static string Action(string name, string action) => $"{ConsoleSetup.Root}/actions{Actions}/{Uri.EscapeDataString(name)}/{action}";
}
