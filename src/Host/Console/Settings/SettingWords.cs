using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Console.Settings;

internal static class SettingWords
{
    /// <summary>Where a value comes from, in words.</summary>
    public static string Source(ListSettings.Setting setting)
    {
        var source = setting.Source switch
        {
            "DEFAULT" => "the default",
            "FILE" => "the file",
            "ENVIRONMENT" => "the environment",
            "COMMAND_LINE" => "the command line",
            "PROGRAM" => "the program",
            _ => "somewhere else",
        };
        return setting.SourceName is { } name ? $"{source}, {name}" : source;
    }
}
