using Microsoft.Extensions.Configuration;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Bound from <c>Legacy:*</c>: where the existing warehouse is.</summary>
internal sealed class LegacyOptions
{
    public const string Section = "Legacy";

    /// <summary>Server, database, user and password, as in <c>ConnectionStrings:ThemePark</c>; nothing: there is no warehouse to bring over.</summary>
    public string? ConnectionString { get; set; }

    /// <exception cref="SettingException">The string is not usable; it is not shown.</exception>
    public static LegacyOptions From(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<LegacyOptions>() ?? new LegacyOptions();
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            options.ConnectionString = null;
            return options;
        }

        try
        {
            // Nothing is opened; the checks of the wrapper are what is wanted, in the words of the setting.
            _ = new MySqlDatabase(options.ConnectionString, LegacySource.Connections);
            return options;
        }
        catch (ArgumentException e)
        {
            throw new SettingException($"Setting Legacy:ConnectionString cannot be used. {e.Message}", e);
        }
    }
}
