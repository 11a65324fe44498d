using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

[Collection(ConsoleInBrowser.Name)]
public sealed class SessionTests(BrowserScene scene)
{
    private static readonly TabOptions SignedOut = new() { SignedIn = false };

    [Fact]
    public Task Whoever_signs_in_is_led_to_the_page_that_was_wanted_and_signing_out_ends_it() => scene.VisitAsync(
        async page =>
        {
            await page.GotoAsync("/console/jobs?state=FAILED");
            await Expect(page.GetByLabel("Admin key")).ToBeFocusedAsync();
            await page.Keyboard.TypeAsync("not the key of anybody");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await page.GetByLabel("Admin key").FillAsync(BrowserScene.Key);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/console/jobs\?state=FAILED$"));

            await page.Button("Sign out").ClickAsync();
            await page.GotoAsync("/console");
            await Expect(page.GetByLabel("Admin key")).ToBeVisibleAsync();
        },
        SignedOut);

    [Fact]
    public Task The_keyboard_reaches_the_content_at_once() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync("/console");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Link("Skip to the content")).ToBeFocusedAsync();
        await Expect(page.Link("Skip to the content")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("#content$"));
    });
}
