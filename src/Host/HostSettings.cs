using ThemePark.BuildingBlocks;

namespace ThemePark.Host;

/// <summary>Settings of the host itself, as operators see them.</summary>
internal static class HostSettings
{
    public static IServiceCollection AddHostSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSetting("ConnectionStrings:ThemePark", _ => configuration.GetConnectionString("ThemePark"), new SettingAttribute { Default = "an embedded MariaDB", About = "The database. Its user may be one without DROP: docs/operations.md." });
        services.AddSetting("DataDirectory", _ => configuration["DataDirectory"] ?? HostDatabase.DefaultDirectory, Shown(HostDatabase.DefaultDirectory, "Where the host keeps its files: the embedded database, raw objects, keys of cookies."));
        services.AddSetting("urls", _ => configuration["urls"] ?? ThemeParkHost.DefaultUrl, Shown(ThemeParkHost.DefaultUrl, "Where it listens; several with semicolons."));
        services.AddSetting(
            TrustedProxies.Section,
            _ => configuration.GetSection(TrustedProxies.Section).Get<string[]>() is { Length: > 0 } proxies ? string.Join(' ', proxies) : null,
            new SettingAttribute { Shown = true, Alias = TrustedProxies.Section + ":0", About = "Addresses and networks whose X-Forwarded-For and -Proto are believed; a list, so its keys end in :0, :1 and so on." });
        services.AddSetting("environment", provider => provider.GetRequiredService<IHostEnvironment>().EnvironmentName, Shown(Environments.Production, "Development logs readable lines; set it as DOTNET_ENVIRONMENT or ASPNETCORE_ENVIRONMENT."));
        services.AddSetting("Upstream:SimulateWhenUnreachable", _ => configuration.GetValue<bool>("Upstream:SimulateWhenUnreachable"), Shown("false", "Simulated live data where upstream cannot be reached at the start."));
        // A level by category: what else lies below Logging is the framework's.
        return services.AddSettings("Logging:LogLevel", _ => configuration.GetSection("Logging:LogLevel").Get<Dictionary<string, LogLevel>>() ?? [], new SettingAttribute { About = "What is logged of a category, or of its beginning." });
    }

    private static SettingAttribute Shown(string standard, string about) => new() { Shown = true, Default = standard, About = about };
}
