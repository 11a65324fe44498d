using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ThemePark.BuildingBlocks;

/// <summary>A running server process, started here or found running.</summary>
public sealed class MariaDbProcess : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private readonly Process _process;
    private readonly MariaDbDirectory? _attachedTo;

    private MariaDbProcess(Process process, int port, MariaDbDirectory? attachedTo = null)
    {
        _process = process;
        _attachedTo = attachedTo;
        Port = port;
    }

    public int Id => _process.Id;
    public int Port { get; }

    // A dead process that nobody has waited for still counts as running for .NET, unless it is our own child; it has no command line though.
    public bool HasExited => _process.HasExited || (_attachedTo is not null && !Serves(_process, _attachedTo));

    /// <summary>Starts a server on settings written before; it does not answer yet.</summary>
    public static MariaDbProcess Start(MariaDbBinaries binaries, MariaDbDirectory directory, int port)
    {
        // Its own session: Ctrl-C in a terminal goes to the whole foreground group, and the database must outlive the host's last write.
        var start = File.Exists("/usr/bin/setsid") ? new ProcessStartInfo("/usr/bin/setsid", [binaries.Server]) : new ProcessStartInfo(binaries.Server);
        start.ArgumentList.Add($"--defaults-file={directory.Settings}");
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var process = Process.Start(start) ?? throw new EmbeddedMariaDbException($"{binaries.Server} could not be run.");
        process.StandardInput.Close();
        // The server logs to its file; draining keeps a chatty library from blocking it on a full pipe.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new MariaDbProcess(process, port);
    }

    /// <summary>The live process <paramref name="id"/> if it serves <paramref name="directory"/>, else null: ids are reused.</summary>
    public static MariaDbProcess? Attach(int id, int port, MariaDbDirectory directory)
    {
        try
        {
            var process = Process.GetProcessById(id);
            if (!process.HasExited && Serves(process, directory))
            {
                return new MariaDbProcess(process, port, directory);
            }

            process.Dispose();
        }
        catch (ArgumentException)
        {
            // No such process.
        }

        return null;
    }

    /// <summary>A server of <paramref name="directory"/> that nobody recorded: its starter was killed between starting it and saying so.</summary>
    public static MariaDbProcess? FindUnrecorded(MariaDbDirectory directory)
    {
        foreach (var process in Process.GetProcesses())
        {
            if (process.ProcessName is "mariadbd" or "mysqld" && Serves(process, directory))
            {
                return new MariaDbProcess(process, port: 0, directory);
            }

            process.Dispose();
        }

        return null;
    }

    /// <summary>True once the server greets; false when it exits or <paramref name="limit"/> passes first.</summary>
    public async Task<bool> WaitUntilAnswersAsync(TimeSpan limit, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (!HasExited && watch.Elapsed < limit)
        {
            if (await AnswersAsync(Port, ct))
            {
                return true;
            }

            await Task.Delay(Poll, ct);
        }

        return false;
    }

    /// <summary>True when something on the loopback port sends a MySQL greeting. No login: it must work while every connection is taken.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            var header = new byte[5];
            await client.GetStream().ReadExactlyAsync(header, limit.Token);
            return header[4] is 10 or 0xff; // protocol 10, or an error packet such as "too many connections"
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>Waits for the end of the process; false when <paramref name="limit"/> passes first.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan limit, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (!HasExited)
        {
            if (watch.Elapsed >= limit)
            {
                return false;
            }

            await Task.Delay(Poll, ct);
        }

        return true;
    }

    /// <summary>Ends the process at once; InnoDB recovers at the next start.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It had ended already.
        }
    }

    public void Dispose() => _process.Dispose();

    /// <summary>
    /// A loopback port that was free a moment ago, <paramref name="preferred"/> if possible. It lies below the range that outgoing connections
    /// draw from: one of those could otherwise hold the port when a server that died comes back to it.
    /// </summary>
    public static int FreePort(int preferred = 0)
    {
        const int First = 20_000;
        const int Last = 32_000;
        var port = preferred;
        while (port is 0 || !IsFree(port))
        {
            port = Random.Shared.Next(First, Last);
        }

        return port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool Serves(Process process, MariaDbDirectory directory)
    {
        var commandLine = $"/proc/{process.Id}/cmdline";
        try
        {
            return File.Exists(commandLine)
                ? File.ReadAllText(commandLine).Split('\0').Contains($"--defaults-file={directory.Settings}", StringComparer.Ordinal)
                : process.ProcessName is "mariadbd" or "mysqld";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }
}
