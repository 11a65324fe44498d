using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

[Collection(ConsoleInBrowser.Name)]
public sealed class SettingsTests(BrowserScene scene)
{
    [Fact]
    public Task A_key_is_made_opens_the_console_and_closes_it_when_it_is_revoked() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync("/console/settings");
        (await page.ContentAsync()).ShouldNotContain(BrowserScene.Key);
        await page.Locator("input[name=name]").FillAsync("night-shift");
        await page.DoAsync("Make a key", "a new colleague");
        var key = (await page.Locator("pre").InnerTextAsync()).Trim();
        await page.GotoAsync("/console/settings");
        (await page.ContentAsync()).ShouldNotContain(key);

        await scene.VisitAsync(
            async other =>
            {
                await other.GotoAsync("/console/audit");
                await other.GetByLabel("Admin key").FillAsync(key);
                await other.Button("Sign in").ClickAsync();
                await Expect(other.Locator("h1")).ToHaveTextAsync("Audit");

                await page.Row("night-shift").GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
                await page.DoAsync("Revoke the key", "the colleague left");
                await page.ToldAsync("Revoked night-shift.");
                await Expect(page.Row("night-shift")).ToContainTextAsync("REVOKED");

                await other.ReloadAsync();
                await Expect(other.GetByLabel("Admin key")).ToBeVisibleAsync();
            },
            new TabOptions { SignedIn = false });
        await page.AuditedAsync("keys.revoke", "the colleague left");
    });
}
