using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace ThemePark.Modules.Operations.Deploying;

/// <param name="P95">Milliseconds of the answers that came.</param>
internal sealed record ProbeReading(int Requests, int Failed, double P95)
{
    public double ErrorPercent => Requests == 0 ? 100 : 100.0 * Failed / Requests;

    public IReadOnlyDictionary<string, string> Evidence() => new Dictionary<string, string>
    {
        ["requests"] = Requests.ToString(CultureInfo.InvariantCulture),
        ["failed"] = Failed.ToString(CultureInfo.InvariantCulture),
        ["p95_ms"] = P95.ToString("0.0", CultureInfo.InvariantCulture),
    };

    /// <summary>Both counted, with the times of the later one.</summary>
    public static ProbeReading operator +(ProbeReading earlier, ProbeReading later) =>
        later with { Requests = earlier.Requests + later.Requests, Failed = earlier.Failed + later.Failed };
}

/// <summary>Asks the service as its callers do.</summary>
internal sealed class ServiceProbe(HttpClient http, IOptions<DeployOptions> options, TimeProvider time)
{
    // What needs the database, the catalogue, the live states and a rollup.
    private static readonly string[] Paths = ["/api/live/status-summary", "/api/parks/downtime?period=today", "/api/rides/waittimes?period=today&limit=10", "/api/search/index"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Every path, round and round, as long as it is told to or until everything failed three rounds in a row.</summary>
    public async Task<ProbeReading> ObserveAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        List<double> answers = [];
        var (failed, lostRounds) = (0, 0);
        do
        {
            var lost = 0;
            foreach (var path in Paths)
            {
                if (await AskAsync(path, cancellationToken) is { } milliseconds)
                {
                    answers.Add(milliseconds);
                }
                else
                {
                    lost++;
                }
            }

            failed += lost;
            lostRounds = lost == Paths.Length ? lostRounds + 1 : 0;
            await Task.Delay(Pause, time, cancellationToken);
        }
        while (time.GetElapsedTime(begun) < duration && lostRounds < 3);

        answers.Sort();
        return new ProbeReading(answers.Count + failed, failed, answers.Count == 0 ? double.NaN : answers[(int)Math.Ceiling(0.95 * answers.Count) - 1]);
    }

    /// <summary>Whether the service says that it is ready.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken) => await AskAsync("/health/ready", cancellationToken) is not null;

    /// <summary>Whether the console answers at all, and how: the status of its entry, null without an answer.</summary>
    public async Task<int?> ConsoleAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await http.GetAsync(new Uri(options.Value.Address, "/console/sign-in"), limit.Token);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The longest time without a good answer to a caller, until it is told to stop: the downtime as seen from outside.</summary>
    public async Task<TimeSpan> LongestSilenceAsync(CancellationToken stop)
    {
        var (lastGood, longest) = (time.GetTimestamp(), TimeSpan.Zero);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await AskAsync(Paths[0], stop) is not null)
                {
                    longest = Longer(longest, time.GetElapsedTime(lastGood));
                    lastGood = time.GetTimestamp();
                }

                await Task.Delay(Pause, time, stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return Longer(longest, time.GetElapsedTime(lastGood));
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    // Milliseconds until the whole answer was there; null when there was none or it was not a good one.
    private async Task<double?> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await http.GetAsync(new Uri(options.Value.Address, path), limit.Token);
            return answer.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(begun).TotalMilliseconds : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
