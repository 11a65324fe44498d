using System.Globalization;
using Microsoft.Extensions.Options;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>From one release to the other, and back. Only this part is seen by callers.</summary>
internal sealed class SwitchSteps(Switches switches, IJobDrain drain, Releases releases, ServiceProbe probe, IOptions<DeployOptions> options, TimeProvider time)
{
    private const int MostFailedReady = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(3);

    public async Task<IReadOnlyDictionary<string, string>> CloseAsync(DeployRun run, CancellationToken cancellationToken)
    {
        if (run.Head.From is not null)
        {
            run.Silence = new Silence(probe);
        }

        await MaintenanceAsync(run, cancellationToken);
        return new Dictionary<string, string> { ["running_jobs"] = Text(await PreflightSteps.DrainedAsync(drain, options.Value, cancellationToken)) };
    }

    public async Task<IReadOnlyDictionary<string, string>> ReopenAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await drain.EndAsync(cancellationToken);
        await switches.OffAsync(Switch.Maintenance, cancellationToken);
        // Nodes look at the switch once a second.
        await Task.Delay(SwitchBoard.Freshness * 2, time, cancellationToken);
        return Steps.NoEvidence;
    }

    public async Task<IReadOnlyDictionary<string, string>> StopAsync(DeployRun run, CancellationToken cancellationToken)
    {
        if (run.Head.From is not null)
        {
            await ShellCommand.RunAsync(options.Value.StopCommand, StopLimit, cancellationToken);
        }

        return Steps.NoEvidence;
    }

    public async Task<IReadOnlyDictionary<string, string>> StartPreviousAsync(DeployRun run, CancellationToken cancellationToken)
    {
        if (run.Head.From is null)
        {
            return Steps.NoEvidence;
        }

        await ShellCommand.RunAsync(options.Value.StartCommand, StopLimit, cancellationToken);
        return await ReadyAsync(run, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, string>> LinkAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await releases.SwitchAsync(run.Head.To, cancellationToken);
        return new Dictionary<string, string> { ["current"] = releases.Current() ?? "none" };
    }

    public async Task<IReadOnlyDictionary<string, string>> LinkBackAsync(DeployRun run, CancellationToken cancellationToken)
    {
        if (run.Head.From is { } from)
        {
            await releases.SwitchAsync(from, cancellationToken);
        }
        else
        {
            releases.Unlink();
        }

        return new Dictionary<string, string> { ["current"] = releases.Current() ?? "none" };
    }

    public async Task<IReadOnlyDictionary<string, string>> StartAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await ShellCommand.RunAsync(options.Value.StartCommand, StopLimit, cancellationToken);
        return Steps.NoEvidence;
    }

    public async Task<IReadOnlyDictionary<string, string>> StopNewAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await ShellCommand.RunAsync(options.Value.StopCommand, StopLimit, cancellationToken);
        return Steps.NoEvidence;
    }

    public async Task<IReadOnlyDictionary<string, string>> ReadyAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (!await probe.IsReadyAsync(cancellationToken))
        {
            if (time.GetElapsedTime(begun).TotalSeconds >= options.Value.ReadySeconds)
            {
                throw new DeployException(FormattableString.Invariant($"{options.Value.Address}health/ready has not said that it is ready within {options.Value.ReadySeconds} s."));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
        }

        // Ready once and gone again is not ready.
        for (var again = 1; again < MostFailedReady; again++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
            if (!await probe.IsReadyAsync(cancellationToken))
            {
                throw new DeployException($"{options.Value.Address}health/ready said that it was ready, and then no more.");
            }
        }

        return new Dictionary<string, string> { ["ready_after_seconds"] = time.GetElapsedTime(begun).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) };
    }

    public async Task<IReadOnlyDictionary<string, string>> OpenAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await ReopenAsync(run, cancellationToken);
        if (run.Head.From is null)
        {
            return new Dictionary<string, string> { ["downtime_seconds"] = "none: nothing ran before" };
        }

        using var silence = run.Silence;
        var downtime = silence is null ? (TimeSpan?)null : await silence.EndAsync();
        run.Silence = null;
        return new Dictionary<string, string>
        {
            ["downtime_seconds"] = downtime?.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) ?? "unknown: the process that measured it was killed",
        };
    }

    public async Task<IReadOnlyDictionary<string, string>> CloseAgainAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await MaintenanceAsync(run, cancellationToken);
        return Steps.NoEvidence;
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        // A program that has just started compiles what it is asked for first: failures of that time count, its times do not.
        var warming = await probe.ObserveAsync(WarmUp, cancellationToken);
        var reading = warming.Failed == warming.Requests
            ? warming
            : warming + await probe.ObserveAsync(TimeSpan.FromSeconds(settings.ObserveSeconds), cancellationToken);
        if (reading.ErrorPercent > settings.MostErrorPercent)
        {
            throw new DeployException(FormattableString.Invariant(
                $"{reading.Failed} of {reading.Requests} probes failed ({reading.ErrorPercent:0.0} %); at most {settings.MostErrorPercent:0.0} % may."));
        }

        var before = double.TryParse(run.Journal.Fact(Steps.Baseline, "p95_ms"), NumberStyles.Float, CultureInfo.InvariantCulture, out var known) ? known : (double?)null;
        if (before is { } p95 && reading.P95 > settings.SlowFrom && reading.P95 > p95 * settings.MostSlowdown)
        {
            throw new DeployException(FormattableString.Invariant(
                $"The 95th percentile of the probes is {reading.P95:0.0} ms; it was {p95:0.0} ms before, and {settings.MostSlowdown:0.#} times that is too slow."));
        }

        return reading.Evidence();
    }

    private async Task MaintenanceAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await drain.BeginAsync(run.Head.By, $"deployment {run.Head.Id}", cancellationToken);
        await switches.OnAsync(new SwitchedOn(Switch.Maintenance, now, now.AddMinutes(2), run.Head.By, $"deployment {run.Head.Id}"), cancellationToken);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
