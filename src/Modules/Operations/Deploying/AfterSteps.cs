using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Maintenance;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>What follows once the new release serves.</summary>
internal sealed class AfterSteps(IRecurring recurring, Switches switches, WatchControl watch, ServiceProbe probe, IOptions<DeployOptions> options, TimeProvider time)
{
    public async Task<IReadOnlyDictionary<string, string>> BackfillAsync(DeployRun run, CancellationToken cancellationToken)
    {
        Dictionary<string, string> jobs = [];
        foreach (var name in options.Value.Backfill.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var outcome = await recurring.TriggerAsync(name, $"deployment {run.Head.Id}", cancellationToken);
            jobs[name] = outcome.Failure switch
            {
                null => outcome.Value.ToString(),
                { Code: "RECURRING_RUNNING" } running => $"runs already: {running.Details?.GetValueOrDefault("job_id")}",
                var failure => throw new DeployException($"Back-fill {name} could not be enqueued: {failure.Message}"),
            };
        }

        return jobs;
    }

    public async Task<IReadOnlyDictionary<string, string>> OpenConsoleAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await switches.OffAsync(Switch.ConsoleClosed, cancellationToken);
        await Task.Delay(SwitchBoard.Freshness * 2, time, cancellationToken);
        return await probe.ConsoleAsync(cancellationToken) is StatusCodes.Status200OK
            ? new Dictionary<string, string> { ["sign_in"] = "answers" }
            : throw new DeployException($"{options.Value.Address}console/sign-in does not answer as it should.");
    }

    public async Task<IReadOnlyDictionary<string, string>> WatchAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var outcome = await watch.StartAsync(run.Head.To, run.Head.By, $"deployment {run.Head.Id}", cancellationToken);
        return new Dictionary<string, string> { ["watch"] = outcome.Failure?.Message ?? $"begun over {outcome.Value.Version}" };
    }

    public async Task<IReadOnlyDictionary<string, string>> UnwatchAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var outcome = await watch.StopAsync(run.Head.By, $"deployment {run.Head.Id} was taken back", cancellationToken);
        return new Dictionary<string, string> { ["watch"] = outcome.Failure?.Message ?? "ended" };
    }
}
