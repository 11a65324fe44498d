using System.Diagnostics;

namespace ThemePark.Testing;

/// <summary>
/// Kills the servers below a directory and removes it when it is disposed, and also when this process ends without doing so: the pipe between the two
/// closes then, kill -9 included.
/// </summary>
public sealed class ServerReaper : IAsyncDisposable
{
    private const string Script =
        """
        exec 2>/dev/null
        trap '' INT HUP TERM
        read -r _
        for process in /proc/[0-9]*; do
            if tr '\0' '\n' <"$process/cmdline" | grep -qF -- "$1/"; then kill -9 "${process#/proc/}"; fi
        done
        sleep 0.2
        rm -rf "$1"
        """;

    private readonly Process _shell;

    private ServerReaper(Process shell) => _shell = shell;

    /// <param name="root">A directory of its own; it need not exist yet.</param>
    public static ServerReaper Start(string root)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", root]) { RedirectStandardInput = true };
        return new ServerReaper(Process.Start(start) ?? throw new InvalidOperationException("/bin/sh could not be run."));
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
