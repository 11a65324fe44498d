using System.ComponentModel.DataAnnotations;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>Settings of deployments, section <c>Deploy</c>.</summary>
internal sealed class DeployOptions
{
    public const string Section = "Deploy";

    /// <summary>Holds <c>releases/NAME</c>, the link <c>current</c> and the journals <c>deployments/ID</c>.</summary>
    [Setting(Shown = true)]
    [Required]
    public string Root { get; set; } = "/opt/themepark";

    /// <summary>Stops every host of this machine and returns when they have stopped; a shell command.</summary>
    [Setting(Shown = true)]
    [Required]
    public string StopCommand { get; set; } = "systemctl stop themepark-serve themepark-worker";

    /// <summary>Starts what <c>current</c> points to; a shell command that returns at once.</summary>
    [Setting(Shown = true)]
    [Required]
    public string StartCommand { get; set; } = "systemctl start themepark-serve themepark-worker";

    /// <summary>Where the service answers, for probes.</summary>
    [Setting(Shown = true)]
    [Required]
    [Url]
    public string Url { get; set; } = "http://localhost:5001";

    // Not public: no setting.
    internal Uri Address => new(Url);

    /// <summary>How long the new release may take until it is ready.</summary>
    [Range(1, 3600)]
    public int ReadySeconds { get; set; } = 120;

    /// <summary>How long the new release is observed under probes before it counts as good.</summary>
    [Range(1, 86_400)]
    public int ObserveSeconds { get; set; } = 300;

    /// <summary>More failed probes than this, and the deployment is rolled back.</summary>
    [Range(0, 100)]
    public double MostErrorPercent { get; set; } = 1;

    /// <summary>A 95th percentile this many times that of before, and the deployment is rolled back.</summary>
    [Range(1, 1000)]
    public double MostSlowdown { get; set; } = 5;

    /// <summary>Slower than this many milliseconds a 95th percentile must be to count as slow: nobody notices 2 ms for 0.3.</summary>
    [Range(0, 60_000)]
    public double SlowFrom { get; set; } = 50;

    /// <summary>How long running jobs may take to be handed back.</summary>
    [Range(1, 3600)]
    public int DrainSeconds { get; set; } = 120;

    /// <summary>Recurring jobs that fill in what a release has added, by name, separated by commas; triggered after the switch.</summary>
    [Setting(Shown = true)]
    public string Backfill { get; set; } = "rollup";

    /// <summary>Days between the switch and the migrations that take away what the release before needs.</summary>
    [Range(0, 3650)]
    public int ContractAfterDays { get; set; } = 30;
}
