namespace ThemePark.Host.Console.Maintenance;

/// <summary>Where the pages and forms of maintenance, backups and deployments are.</summary>
internal static class MaintenanceLinks
{
    public const string Page = ConsoleSetup.Root + "/maintenance";
    public const string Start = Page + "/start";
    public const string Actions = "/maintenance";
    public const string StartAction = ConsoleSetup.Root + "/actions" + Actions + "/start";
    public const string EndAction = ConsoleSetup.Root + "/actions" + Actions + "/end";
    public const string Backups = "/backups";
    public const string BackupAction = ConsoleSetup.Root + "/actions" + Backups + "/create";
}
