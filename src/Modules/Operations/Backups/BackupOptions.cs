using System.ComponentModel.DataAnnotations;
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
}
