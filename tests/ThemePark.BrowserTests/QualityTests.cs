using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

[Collection(ConsoleInBrowser.Name)]
public sealed class QualityTests(BrowserScene scene)
{
    [Fact]
    public Task An_issue_moves_on_with_a_note_and_a_check_can_be_asked_for() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync("/console/quality/issues?status=OPEN");
        var first = page.Locator("tbody tr").First;
        await Expect(first).ToBeVisibleAsync();
        await first.GetByLabel("State").SelectOptionAsync("INVESTIGATING");
        await first.Locator("input[name=why]").FillAsync("asked the park");
        await first.GetByRole(AriaRole.Button).ClickAsync();
        await page.ToldAsync("is INVESTIGATING.");
        await page.GotoAsync("/console/quality/issues?status=INVESTIGATING");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("asked the park");
        await page.AuditedAsync("quality.issue.update", "asked the park");

        await page.GotoAsync("/console/quality");
        await page.Button("Check").ClickAsync();
        await page.ToldAsync("Queued.");
    });
}
