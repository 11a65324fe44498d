using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>A recurring job as code declares it. Cron and zone are defaults, for a schedule the table does not have yet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="JobName">The command's wire name.</param>
/// <param name="Payload">The command as JSON.</param>
/// <param name="Cron">Five fields.</param>
/// <param name="TimeZone">IANA.</param>
/// <param name="Description">For operators.</param>
/// <param name="EnqueueAsync">Enqueues the command.</param>
internal sealed partial record RecurringJob(
    string Name, string JobName, string Payload, string Cron, string TimeZone, string Description,
    Func<IJobs, JobOptions, DbTransaction?, CancellationToken, ValueTask<JobId>> EnqueueAsync)
{
    private const int MaxName = 100;
    private const int MaxDescription = 500;

    /// <summary>False when configuration wants a new schedule to begin paused.</summary>
    public bool Enabled { get; private init; } = true;

    public string UniqueKey => $"schedule:{Name}";

    /// <exception cref="ArgumentException">The name, the description, the expression or the zone is none.</exception>
    public static RecurringJob Of<TCommand>(string name, TCommand command, string cron, string timeZone, string description)
        where TCommand : IJobCommand
    {
        if (name.Length > MaxName || !NameShape().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is no name of a recurring job: lower-case letters and digits, joined by - or _, at most {MaxName}.", nameof(name));
        }

        if (description.Length is 0 or > MaxDescription)
        {
            throw new ArgumentException($"The description of {name} has 1 to {MaxDescription} characters.", nameof(description));
        }

        if (Fault(cron, timeZone) is { } fault)
        {
            throw new ArgumentException($"{name}: {fault}");
        }

        return new RecurringJob(
            name, JobPolicy.Of(typeof(TCommand)).Name, JobCatalogue.Write(command), cron, timeZone, description,
            (jobs, options, tx, ct) => jobs.EnqueueAsync(command, options, tx, ct));
    }

    /// <summary>With the defaults of <c>Schedules:{name}</c>, where it has some.</summary>
    /// <exception cref="SettingException">They are no schedule.</exception>
    public RecurringJob With(IConfigurationSection section)
    {
        var configured = this with
        {
            Cron = section["Cron"] ?? Cron, TimeZone = section["TimeZone"] ?? TimeZone, Enabled = section.GetValue("Enabled", true),
        };
        return Fault(configured.Cron, configured.TimeZone) is { } fault ? throw new SettingException($"Setting {section.Path}: {fault}") : configured;
    }

    // Any instant will do: only an expression that never comes depends on it, and that one never does.
    private static string? Fault(string cron, string timeZone) => CronTimes.Read(cron, timeZone, DateTime.UnixEpoch).Failure?.Message;

    [GeneratedRegex(@"\A[a-z0-9]+([_-][a-z0-9]+)*\z")]
    private static partial Regex NameShape();
}

/// <summary>What this process declares, by name.</summary>
internal sealed class RecurringJobs
{
    private readonly Dictionary<string, RecurringJob> _byName = new(StringComparer.Ordinal);

    public RecurringJobs(IEnumerable<RecurringJob> declared, JobCatalogue catalogue, IConfiguration configuration)
    {
        foreach (var job in declared)
        {
            if (!catalogue.Knows(job.JobName))
            {
                throw new InvalidOperationException($"The recurring job {job.Name} enqueues {job.JobName}, which is in none of the assemblies given to AddJobs.");
            }

            if (!_byName.TryAdd(job.Name, job.With(configuration.GetSection($"Schedules:{job.Name}"))))
            {
                throw new InvalidOperationException($"Two recurring jobs are named {job.Name}.");
            }
        }
    }

    public IReadOnlyCollection<RecurringJob> All => _byName.Values;

    public RecurringJob? Find(string name) => _byName.GetValueOrDefault(name);
}
