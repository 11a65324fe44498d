using ThemePark.BuildingBlocks;

namespace ThemePark.Host;

/// <summary>Settings of the host itself, as operators see them.</summary>
internal static class HostSettings
{
    public static IServiceCollection AddHostSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSetting("ConnectionStrings:ThemePark", _ => configuration.GetConnectionString("ThemePark"), new SettingAttribute { Default = "an embedded MariaDB" });
        services.AddSetting("DataDirectory", _ => configuration["DataDirectory"] ?? HostDatabase.DefaultDirectory, Shown(HostDatabase.DefaultDirectory));
        services.AddSetting("urls", _ => configuration["urls"] ?? ThemeParkHost.DefaultUrl, Shown(ThemeParkHost.DefaultUrl));
        services.AddSetting(
            TrustedProxies.Section,
            _ => configuration.GetSection(TrustedProxies.Section).Get<string[]>() is { Length: > 0 } proxies ? string.Join(' ', proxies) : null,
            new SettingAttribute { Shown = true, Alias = TrustedProxies.Section + ":0" });
        services.AddSetting("environment", provider => provider.GetRequiredService<IHostEnvironment>().EnvironmentName, Shown(Environments.Production));
        services.AddSetting("Upstream:SimulateWhenUnreachable", _ => configuration.GetValue<bool>("Upstream:SimulateWhenUnreachable"), Shown("false"));
        // A level by category: what else lies below Logging is the framework's.
        return services.AddSettings("Logging:LogLevel", _ => configuration.GetSection("Logging:LogLevel").Get<Dictionary<string, LogLevel>>() ?? []);
    }

    private static SettingAttribute Shown(string standard) => new() { Shown = true, Default = standard };
}
