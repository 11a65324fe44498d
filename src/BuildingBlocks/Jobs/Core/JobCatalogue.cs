using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ThemePark.Jobs;

/// <summary>A command's wire name and policy, parsed once.</summary>
internal sealed record JobPolicy(string Name, string Queue, int Priority, int Retries, Backoff Backoff)
{
    public static JobPolicy Of(Type command)
    {
        var attribute = command.GetCustomAttribute<JobAttribute>()
            ?? throw new InvalidOperationException($"{command} is a job command without [Job(\"a.stable.name\")].");
        return new JobPolicy(
            attribute.Name,
            attribute.Queue,
            attribute.Priority,
            attribute.Retries,
            new Backoff(
                TimeSpan.Parse(attribute.FirstDelay, CultureInfo.InvariantCulture),
                attribute.Factor,
                TimeSpan.Parse(attribute.MaxDelay, CultureInfo.InvariantCulture),
                attribute.Jitter));
    }
}

/// <summary>The delay before a retry: exponential up to a limit, spread so that jobs that failed together do not come back together.</summary>
internal sealed record Backoff(TimeSpan First, double Factor, TimeSpan Max, double Jitter)
{
    /// <param name="failures">Tries that failed so far, at least 1.</param>
    /// <param name="dice">0 to 1.</param>
    public TimeSpan Delay(int failures, double dice)
    {
        var plain = Math.Min(First.TotalMilliseconds * Math.Pow(Factor, failures - 1), Max.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(plain * (1 + (Jitter * ((2 * dice) - 1))));
    }
}

/// <summary>The commands this process can run, by wire name.</summary>
internal sealed class JobCatalogue
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Dictionary<string, (Type Type, JobPolicy Policy)> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, JobPolicy> _byType = [];

    public JobCatalogue(IEnumerable<Assembly> assemblies)
    {
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.IsAbstract || !typeof(IJobCommand).IsAssignableFrom(type))
            {
                continue;
            }

            var policy = JobPolicy.Of(type);
            if (!_byName.TryAdd(policy.Name, (type, policy)))
            {
                throw new InvalidOperationException($"{type} and {_byName[policy.Name].Type} have the same job name {policy.Name}.");
            }

            _byType.Add(type, policy);
        }
    }

    public static string Write<T>(T command)
        where T : IJobCommand => JsonSerializer.Serialize(command, Json);

    public bool Knows(string name) => _byName.ContainsKey(name);

    public JobPolicy PolicyOf<T>()
        where T : IJobCommand => _byType.TryGetValue(typeof(T), out var policy)
        ? policy
        : throw new InvalidOperationException($"{typeof(T)} is in none of the assemblies given to AddJobs.");

    /// <exception cref="JobFailedException">
    /// The name is unknown here: a newer node enqueued it. Not permanent, so that a retry may reach a node that knows it. Or the payload cannot be read.
    /// </exception>
    public IJobCommand Read(string name, string payload)
    {
        if (!_byName.TryGetValue(name, out var entry))
        {
            throw new JobFailedException($"This node knows no job named {name}.");
        }

        try
        {
            return (IJobCommand)JsonSerializer.Deserialize(payload, entry.Type, Json)!;
        }
        catch (JsonException e)
        {
            throw new JobFailedException($"The payload of {name} cannot be read: {e.Message}", permanent: true, e);
        }
    }

    /// <summary>The backoff of a command, or of any command when the name is unknown here.</summary>
    public Backoff BackoffOf(string name) =>
        _byName.TryGetValue(name, out var entry) ? entry.Policy.Backoff : new Backoff(TimeSpan.FromSeconds(10), 2, TimeSpan.FromHours(1), 0.2);
}
