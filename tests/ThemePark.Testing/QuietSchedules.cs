namespace ThemePark.Testing;

/// <summary>The recurring jobs of the product, off: nothing happens in a test that it did not ask for, and nobody asks the real upstream.</summary>
public static class QuietSchedules
{
    private static readonly string[] Names =
        ["collect", "schedules", "rollup", "metadata", "quality", "quality-daily", "quality-weekly", "storage", "storage-alerts", "backup", "watch"];

    /// <summary>As keys of the configuration.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Settings => Names.Select(name => KeyValuePair.Create($"Schedules:{name}:Enabled", (string?)"false"));

    /// <summary>Adds them as variables of an environment.</summary>
    public static Dictionary<string, string> WithQuietSchedules(this Dictionary<string, string> environment)
    {
        foreach (var (key, value) in Settings)
        {
            environment[key.Replace(":", "__", StringComparison.Ordinal)] = value!;
        }

        return environment;
    }
}
