using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>Settings of backups, section <c>Backups</c>.</summary>
internal sealed class BackupOptions
{
    public const string Section = "Backups";

    /// <summary>Where backups lie, a directory each; nodes that may run the job share it. Left out: <c>backups</c> in the data directory.</summary>
    [Setting(Shown = true)]
    public string? Directory { get; set; }

    /// <summary>The newest backups, as many as this, are kept whatever their age.</summary>
    [Range(1, 1000)]
    public int KeepNewest { get; set; } = 3;

    /// <summary>Of so many weeks back the newest backup of each is kept.</summary>
    [Range(0, 1000)]
    public int KeepWeeks { get; set; } = 4;

    /// <summary>Of so many months back the newest backup of each is kept.</summary>
    [Range(0, 1000)]
    public int KeepMonths { get; set; } = 6;

    /// <summary>
    /// Days of binary log that the embedded database keeps: from a backup it leads to any second since. 0 writes none and removes what there is; left out, one that
    /// is there goes on. A server of your own has its own settings.
    /// </summary>
    [Range(0, EmbeddedMariaDb.MostLogDays)]
    public int? LogDays { get; set; }

    /// <summary><see cref="LogDays"/> before there are services: the embedded database starts first.</summary>
    /// <exception cref="SettingException">It is no number from 0 to 90. Taken for 0, a slip of the pen would remove the log.</exception>
    public static int? LogDaysOf(IConfiguration configuration) => configuration[$"{Section}:{nameof(LogDays)}"] switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= EmbeddedMariaDb.MostLogDays => days,
        var text => throw new SettingException(FormattableString.Invariant($"Setting {Section}:{nameof(LogDays)} must be 0 to {EmbeddedMariaDb.MostLogDays}; it is '{text}'.")),
    };
}
