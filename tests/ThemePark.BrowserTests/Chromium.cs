using Microsoft.Playwright;

namespace ThemePark.BrowserTests;

/// <summary>The machine's own Chromium, driven by Playwright; none is downloaded.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "google-chrome"];
    private readonly IPlaywright _playwright;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, Browser) = (playwright, browser);

    public IBrowser Browser { get; }

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        // On a busy machine pages come late; what is promised within seconds says so itself.
        Assertions.SetDefaultExpectTimeout(20_000);
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Find(),
            // Root, as in containers, has no sandbox; and nothing but our pages is to be asked for.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return new Chromium(playwright, browser);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string Find() =>
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } chosen
            ? chosen
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(d => Programs.Select(p => Path.Combine(d, p))).FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException("These tests need Chromium: `./test` installs it where apt-get can, and CHROMIUM names its program.");
}
