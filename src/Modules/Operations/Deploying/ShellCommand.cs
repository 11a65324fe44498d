using System.Diagnostics;
using System.Globalization;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>Runs what the settings say, as the operator would at a shell.</summary>
internal static class ShellCommand
{
    private const int MostOutput = 2_000;

    /// <exception cref="DeployException">It ended with another code than 0; the message has its last words.</exception>
    public static async Task RunAsync(string command, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new DeployException($"`{command}` could not be run.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            // What it leaves running keeps the pipes open: only the command itself is waited for.
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode != 0)
            {
                var text = (await errors + await output).Trim();
                throw new DeployException(string.Create(
                    CultureInfo.InvariantCulture, $"`{command}` ended with {process.ExitCode}: {(text.Length > MostOutput ? text[^MostOutput..] : text)}"));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new DeployException(string.Create(CultureInfo.InvariantCulture, $"`{command}` has not ended after {limit.TotalSeconds:0} s."));
        }
    }
}
