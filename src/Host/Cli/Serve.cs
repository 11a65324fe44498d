using System.CommandLine;

namespace ThemePark.Host.Cli;

internal static class Serve
{
    private static readonly Option<string?> Urls = new("--urls") { Description = $"Addresses to listen on, set apart by semicolons. Default: {ThemeParkHost.DefaultUrl}" };
    private static readonly Option<bool> NoJobs = new("--no-jobs") { Description = "Answer requests only; other nodes run the jobs." };
    private static readonly Option<bool> JobsOnly = new("--jobs-only") { Description = "Run jobs only; answer no requests." };

    public static Command Verb()
    {
        var verb = CommandTree.Verb("serve", "Run the API, the console and a job node until stopped.", RunAsync, Urls, NoJobs, JobsOnly);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(NoJobs) && result.GetValue(JobsOnly))
            {
                result.AddError("--no-jobs and --jobs-only leave nothing to do.");
            }
        });
        return verb;
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var settings = new List<string>();
        if (context.Arguments.GetValue(Urls) is { } urls)
        {
            settings.Add($"--urls={urls}");
        }

        if (context.Arguments.GetValue(NoJobs))
        {
            settings.Add("--Jobs:Enabled=false");
        }

        if (context.Arguments.GetValue(JobsOnly))
        {
            return await RunAsync(context, await ThemeParkHost.BuildWorkerAsync(ct), static () => "Running jobs.", ct);
        }

        var app = await ThemeParkHost.BuildServeAsync([.. settings], cancellationToken: ct);
        return await RunAsync(context, app, () => $"Serving {string.Join(", ", app.Urls)}.", ct);
    }

    private static async Task<int> RunAsync(CliContext context, IHost host, Func<string> started, CancellationToken ct)
    {
        await using var disposal = (IAsyncDisposable)host;
        await host.StartAsync(ct);
        context.Output.Line($"{started()} Ctrl-C stops.");
        // Being stopped is how serving ends, not a cancellation.
        await host.WaitForShutdownAsync(ct);
        return ExitCodes.Done;
    }
}
