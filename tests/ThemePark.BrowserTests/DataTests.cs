using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

/// <summary>What is held: calendar, rides, storage.</summary>
[Collection(ConsoleInBrowser.Name)]
public sealed class DataTests(BrowserScene scene)
{
    [Fact]
    public Task A_day_of_the_calendar_is_opened_and_replayed() => scene.VisitAsync(async page =>
    {
        var day = BrowserScene.Yesterday.AddDays(-10);
        await page.GotoAsync(day.ToString("'/console/calendar?month='yyyy-MM", CultureInfo.InvariantCulture));
        await page.Locator($"tbody a[aria-label^='{day:yyyy-MM-dd}']").First.ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.DoAsync("Replay", "a mapping was wrong");
        await page.ToldAsync("Started.");
        await Expect(page.Fact("State")).ToContainTextAsync("COMPLETED", new() { Timeout = 60_000 });
        await page.AuditedAsync("import.start", "a mapping was wrong");
    });

    [Fact]
    public Task A_ride_is_found_with_its_waits_and_its_raw_rows_at_the_time_of_the_park() => scene.VisitAsync(async page =>
    {
        var date = BrowserScene.Yesterday.AddDays(-10);
        var day = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var name = await scene.RideWithRowsAsync(date);
        await page.GotoAsync("/console/rides");
        await page.GetByLabel("Part of the name").FillAsync(name);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Type" }).SelectOptionAsync("ATTRACTION");
        await page.Button("Find").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Day", Exact = true }).FillAsync(day);
        await page.Button("Show").ClickAsync();
        await Expect(page.Locator(".plot canvas").First).ToBeVisibleAsync();
        await page.GetByText("The numbers").First.ClickAsync();
        await Expect(page.Locator("details[open] tbody tr").First).ToBeVisibleAsync();

        await page.Link("Raw rows").First.ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync(new Regex(@"\d\d:\d\d UTC|UTC"));
        await Expect(page.Locator("tbody tr .local").First).ToContainTextAsync(new Regex("[A-Z][a-z]+/[A-Z]"));
    });

    [Fact]
    public Task Sizes_are_measured_on_demand() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync("/console/storage");
        await page.DoAsync("Measure", "before the upgrade");
        await page.ToldAsync("ueued");
        foreach (var tab in (string[])["tables", "partitions", "growth", "retention", "alerts"])
        {
            await page.GotoAsync($"/console/storage/{tab}");
            await Expect(page.Locator("h1")).ToBeVisibleAsync();
            await Expect(page.Locator(".unavailable")).ToHaveCountAsync(0);
        }

        await page.AuditedAsync("storage.measure", "before the upgrade");
    });
}
