namespace ThemePark.BuildingBlocks;

/// <summary>A setting that the program does not start with; the message names it and what is allowed, never a secret's value.</summary>
public sealed class SettingException(string message, Exception? inner = null) : InvalidOperationException(message, inner)
{
    /// <exception cref="SettingException">The setting does not keep its rule, such as <c>must be at least 1</c>.</exception>
    public static void ThrowUnless(bool kept, string section, string name, string rule)
    {
        if (!kept)
        {
            throw new SettingException($"Setting {section}:{name} {rule}.");
        }
    }
}
