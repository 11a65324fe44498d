using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ThemePark.Testing;

/// <summary>The real program in a process of its own, to be watched, frozen and killed.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _output;
    private readonly Task _errors;

    private HostProcess(Process process)
    {
        _process = process;
        _output = CollectAsync(process.StandardOutput);
        _errors = CollectAsync(process.StandardError);
    }

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;

    /// <summary>Output and errors so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <param name="arguments">As after <c>./themepark</c>.</param>
    /// <param name="settings">Environment, such as <c>ConnectionStrings__ThemePark</c> or <c>DataDirectory</c>.</param>
    public static HostProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ThemePark.Host"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new HostProcess(Process.Start(start) ?? throw new InvalidOperationException("The host could not be run."));
    }

    /// <summary>Runs to the end; the host's exit code.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan? limit = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? TimeSpan.FromMinutes(2));
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            await Task.WhenAll(_output, _errors);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The host still runs. Its output:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>The first line that contains <paramref name="text"/>, waited for.</summary>
    public async Task<string> LineAsync(string text, TimeSpan? limit = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            if (HasExited || watch.Elapsed > (limit ?? TimeSpan.FromMinutes(2)))
            {
                throw new TimeoutException($"The host {(HasExited ? "ended" : "runs")} and has not written \"{text}\". Its output:\n{Output}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>kill -9, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends TERM, INT, STOP or CONT.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task CollectAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
        }
    }
}
