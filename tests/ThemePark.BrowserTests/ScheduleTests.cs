using System.Text.RegularExpressions;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

[Collection(ConsoleInBrowser.Name)]
public sealed class ScheduleTests(BrowserScene scene)
{
    [Fact]
    public Task A_schedule_is_previewed_changed_resumed_run_and_paused() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync("/console/schedules");
        await page.Locator("main").GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "storage", Exact = true }).ClickAsync();
        await page.Locator("input[name=cron]").First.FillAsync("30 4 * * 1");
        await page.Button("Preview").ClickAsync();
        await Expect(page.Locator("time", new() { HasTextRegex = new Regex("04:30:00") })).ToHaveCountAsync(5);
        await page.DoAsync("Save this schedule", "quieter then");
        await Expect(page.Locator("main")).ToContainTextAsync("30 4 * * 1");

        await page.DoAsync("Resume", "ready");
        await page.DoAsync("Run now", "to see it");
        await page.ToldAsync("Enqueued.");
        await Expect(page.Locator("h1")).ToHaveTextAsync("storage.measure.v1");
        await page.GotoAsync("/console/schedules/storage");
        await page.DoAsync("Pause", "enough seen");
        await Expect(page.Locator("main")).ToContainTextAsync("enough seen");
        await page.AuditedAsync("recurring.change", "quieter then");
        await page.AuditedAsync("recurring.trigger", "to see it");
    });
}
