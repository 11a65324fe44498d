namespace ThemePark.Host.Console.Settings;

/// <summary>Where the pages and forms of settings and keys are.</summary>
internal static class SettingsLinks
{
    public const string All = ConsoleSetup.Root + "/settings";
    public const string Actions = "/settings";
    public const string CreateKey = ConsoleSetup.Root + "/actions" + Actions + "/keys";

    public static string Revoke(string name) => $"{All}/keys/{Uri.EscapeDataString(name)}/revoke";

    /// <summary>Where the form that ends a key is sent.</summary>
    public static string RevokeAction(string name) => $"{CreateKey}/{Uri.EscapeDataString(name)}/revoke";
}
