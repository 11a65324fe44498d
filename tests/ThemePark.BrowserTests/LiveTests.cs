using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

/// <summary>What moves by itself. A page that was loaded again has lost the mark these tests leave in it.</summary>
[Collection(ConsoleInBrowser.Name)]
public sealed class LiveTests(BrowserScene scene)
{
    [Fact]
    public Task What_is_live_is_renewed_within_two_seconds_and_says_so_while_the_server_is_away() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync($"/console/imports/{scene.ImportId}");
        await page.EvaluateAsync("window.mark = true");
        var liveness = page.Locator("#liveness");
        await Expect(liveness).ToHaveTextAsync("Live", new LocatorAssertionsToHaveTextOptions { Timeout = 2_500 });

        await scene.RestartHostAsync(() => Expect(liveness).ToContainTextAsync("the server does not answer"));

        await Expect(liveness).ToHaveTextAsync("Live", new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });
        (await page.EvaluateAsync<bool>("window.mark === true")).ShouldBeTrue("the session outlives the server, and nothing was loaded again");
    });

    [Fact]
    public Task A_word_that_is_being_typed_and_an_opened_section_stay_while_the_rest_is_renewed() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync("/console");
        var health = page.Locator("[data-live]").First;
        await health.EvaluateAsync(
            """
            region => {
                region.insertAdjacentHTML("beforeend", "<details open id=kept><summary>s</summary></details>");
                region.querySelector("h2").textContent = "old";
            }
            """);
        // The heading is the server's again, so the region was renewed.
        await Expect(health.Locator("h2")).Not.ToHaveTextAsync("old");
    });

    [Fact]
    public Task When_the_session_is_over_a_live_page_asks_to_sign_in() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync($"/console/imports/{scene.ImportId}");
        await page.Context.ClearCookiesAsync();
        await Expect(page.GetByLabel("Admin key")).ToBeVisibleAsync();
    });
}
