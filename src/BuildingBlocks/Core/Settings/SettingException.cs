namespace ThemePark.BuildingBlocks;

/// <summary>A setting that the program does not start with; the message names it and what is allowed, never a secret's value.</summary>
public sealed class SettingException : InvalidOperationException
{
    public SettingException(string message)
        : base(message)
    {
    }

    public SettingException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
