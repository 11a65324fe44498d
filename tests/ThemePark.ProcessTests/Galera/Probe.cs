using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ThemePark.ProcessTests.Galera;

/// <summary>Asks one address again and again, as a caller or a load balancer does, and remembers what it was answered.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    // Longer than a host waits for a connection to its database.
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(TimeSpan At, HttpStatusCode Status, string Text)> _answers = [];
    private readonly Uri _address;
    private readonly Task _asking;
    private TimeSpan _asked;

    private Probe(Uri address)
    {
        _address = address;
        _asking = AskAsync();
    }

    /// <summary>Every answer other than 200, with its status; complete once it has stopped asking.</summary>
    public IReadOnlyList<string> Failures =>
        [.. _answers.Where(a => a.Status is not HttpStatusCode.OK).Select(a => string.Create(CultureInfo.InvariantCulture, $"{(int)a.Status} {a.Text}"))];

    public int Answers => _answers.Count;

    /// <summary>From one answer of 200 to the next, or to the end; known once it has stopped asking.</summary>
    public TimeSpan LongestGap
    {
        get
        {
            var good = _answers.Where(a => a.Status is HttpStatusCode.OK).Select(a => a.At).Prepend(TimeSpan.Zero).Append(_asked).ToList();
            return good.Zip(good.Skip(1), (a, b) => b - a).Max();
        }
    }

    /// <summary>Begins with the first answer of 200.</summary>
    public static async Task<Probe> StartAsync(Uri address)
    {
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(100))
        {
            try
            {
                using var answer = await http.GetAsync(address);
                if (answer.StatusCode is HttpStatusCode.OK)
                {
                    return new Probe(address);
                }
            }
            catch (HttpRequestException)
            {
                // It is starting.
            }
        }

        throw new TimeoutException($"{address} does not answer.");
    }

    /// <summary>Stops asking; what was answered stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task AskAsync()
    {
        var watch = Stopwatch.StartNew();
        while (!_stop.IsCancellationRequested)
        {
            using var answer = await _http.GetAsync(_address);
            var text = await answer.Content.ReadAsStringAsync();
            _answers.Add((watch.Elapsed, answer.StatusCode, answer.StatusCode is HttpStatusCode.OK ? "" : text));
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _asked = watch.Elapsed;
    }
}
