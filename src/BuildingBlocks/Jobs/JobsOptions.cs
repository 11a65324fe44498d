using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>The <c>Jobs</c> section. Every interval but the first two is about how fast a dead node is noticed: keep the order of sizes.</summary>
public sealed class JobsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Jobs";

    /// <summary>False on a web-only node: it enqueues, cancels and reads, and runs nothing.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Names this process in the cluster. It must be unique per process, so the default has the host, the process id and the start in it: a restarted
    /// node is another node, and what its predecessor ran is lost and found.
    /// </summary>
    [Required, MaxLength(100), Setting(Shown = true, Default = "host, process and start")]
    public string NodeId { get; set; } = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.CreateVersion7().ToString("n")[^6..]}");

    /// <summary>Jobs this node runs at once, of all queues.</summary>
    [Range(1, 1000)]
    public int Workers { get; set; } = 20;

    /// <summary>Limits by queue. A queue that is not listed is limited by <see cref="Workers"/> alone.</summary>
    public Dictionary<string, QueueLimit> Queues { get; } = new(StringComparer.Ordinal) { ["imports"] = new QueueLimit { PerNode = 2 } };

    /// <summary>How long a stopping node waits for its jobs to hand over before it leaves them to be taken over.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a node signs its running jobs, looks for cancel requests and writes progress and log lines.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A run whose heartbeat stood still this long, watched over a working connection, is lost.</summary>
    public TimeSpan DeadAfter { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a node looks for jobs of others to hand to the engine.</summary>
    public TimeSpan DispatchInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A job handed to the engine this long ago, and neither running nor known to the engine, is handed over again.</summary>
    public TimeSpan OrphanAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A job that lost this many runs with their nodes, one after the other and none of them <see cref="IJobRun.AdvancedAsync">advanced</see>, fails: it may be what kills them.</summary>
    [Range(1, 1000)]
    public int MaxLostRuns { get; set; } = 5;
}

/// <summary>How many jobs of a queue run at once.</summary>
public sealed class QueueLimit
{
    /// <summary>On each node.</summary>
    public int? PerNode { get; set; }

    /// <summary>On all nodes together; takes the place of <see cref="PerNode"/>.</summary>
    public int? Cluster { get; set; }
}

/// <summary>What <c>Schedules:{name}</c> may say of a recurring job, as it is written there.</summary>
internal sealed class ScheduleSettings
{
    /// <summary>Five fields, for a schedule the database does not know yet.</summary>
    [Setting(Shown = true, Default = "as declared")]
    public string? Cron { get; set; }

    /// <summary>IANA, likewise.</summary>
    [Setting(Shown = true, Default = "as declared")]
    public string? TimeZone { get; set; }

    /// <summary>False: it begins paused, likewise.</summary>
    [Setting(Shown = true, Default = "true")]
    public string? Enabled { get; set; }
}
