using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ThemePark.BrowserTests;

/// <summary>How a tab is opened.</summary>
internal sealed record TabOptions
{
    public bool SignedIn { get; init; } = true;
    public bool Dark { get; init; }
    public bool Script { get; init; } = true;
    public int Width { get; init; } = 1280;
    public int Height { get; init; } = 900;
}

/// <summary>One tab with cookies of its own. Whatever the browser complains about is kept: errors of scripts, and what the page's policy forbids.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Tab(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // A status other than 200 is what some tests ask for, and no fault of a page.
            if (message.Type is "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"{page.Url}: {error}");
        page.Dialog += async (_, dialog) =>
        {
            _complaints.Enqueue($"{page.Url} opened a dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<Tab> OpenAsync(IBrowser browser, Uri address, TabOptions options, string? session)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ColorScheme = options.Dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = options.Script,
            ViewportSize = new ViewportSize { Width = options.Width, Height = options.Height },
            StorageState = options.SignedIn ? session : null,
            TimezoneId = "Asia/Tokyo",
        });
        context.SetDefaultTimeout(20_000);
        return new Tab(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
