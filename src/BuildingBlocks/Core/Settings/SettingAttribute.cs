namespace ThemePark.BuildingBlocks;

/// <summary>What operators are told about a setting. Text is shown only where this says so: one that nobody thought about is hidden, not leaked.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute : Attribute
{
    /// <summary>The text holds no secret. Numbers, times, switches and words of an enum are shown anyway.</summary>
    public bool Shown { get; set; }

    /// <summary>Another key that stands in for it.</summary>
    public string? Alias { get; set; }

    /// <summary>The default in words, where it depends on the machine or on other settings.</summary>
    public string? Default { get; set; }

    /// <summary>What it is, where no property says so.</summary>
    public string? About { get; set; }
}
