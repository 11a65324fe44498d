using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

/// <summary>What is often looked for and done on pages of the console.</summary>
internal static class On
{
    /// <summary>What stands beside a term.</summary>
    public static ILocator Fact(this IPage page, string term) => page.Locator($"dt:text-is('{term}') + dd");

    public static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    public static ILocator Link(this IPage page, string name) => page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name });

    /// <summary>The row of a table that has this text.</summary>
    public static ILocator Row(this IPage page, string text) => page.Locator("tbody tr", new PageLocatorOptions { HasText = text });

    /// <summary>Sends the form with this button, after giving the reason.</summary>
    public static async Task DoAsync(this IPage page, string button, string? why = null)
    {
        var form = page.Locator("form", new PageLocatorOptions { Has = page.Button(button) });
        if (why is not null)
        {
            await form.Locator("input[name=why]").FillAsync(why);
        }

        await form.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }).ClickAsync();
    }

    /// <summary>The message at the top says this.</summary>
    public static Task ToldAsync(this IPage page, string text) => Expect(page.Locator(".flash")).ToContainTextAsync(text);

    /// <summary>The newest entry of the audit log about an action.</summary>
    public static async Task AuditedAsync(this IPage page, string action, string why)
    {
        await page.GotoAsync("/console/audit");
        var row = page.Row(action).First;
        await Expect(row).ToContainTextAsync(BrowserScene.KeyName);
        await Expect(row).ToContainTextAsync("CONSOLE");
        await Expect(row).ToContainTextAsync(why);
    }
}
