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
            settings.Add("--Http:Enabled=false");
        }

        await using var app = await ThemeParkHost.BuildServeAsync([.. settings], cancellationToken: ct);
        await app.StartAsync(ct);
        context.Output.Line($"Serving {string.Join(", ", app.Urls)}. Ctrl-C stops.");
        await app.WaitForShutdownAsync(ct);
        return ExitCodes.Done;
    }
}
