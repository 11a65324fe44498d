using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

[Collection(ConsoleInBrowser.Name)]
public sealed class ImportTests(BrowserScene scene)
{
    [Fact]
    public async Task A_running_import_is_watched_paused_and_resumed_and_finishes_before_the_eyes()
    {
        var slow = scene.SlowArchive(millisecondsPerFile: 600);
        await scene.VisitAsync(async page =>
        {
            await page.GotoAsync("/console/imports/start");
            await page.GetByLabel("Destination").SelectOptionAsync(scene.Destinations[1]);
            // Whatever other tests have imported before.
            await page.GetByLabel("Fetch again what was fetched before").CheckAsync();
            await page.Button("Preview").ClickAsync();
            await Expect(page.Fact("To read")).ToContainTextAsync("new");
            await page.Button("Start").ClickAsync();
            await Expect(page.Fact("State")).ToContainTextAsync("IN_PROGRESS");
            await page.EvaluateAsync("window.mark = true");
            var earlier = await DoneAsync(page);
            await BrowserScene.UntilAsync(async () => await DoneAsync(page) > earlier, "progress moves by itself");
            (await page.EvaluateAsync<bool>("window.mark === true")).ShouldBeTrue();

            await page.DoAsync("Pause", "the disk is needed");
            await Expect(page.Fact("State")).ToContainTextAsync("PAUSED");
            var done = await DoneAsync(page);
            await Task.Delay(2_500);
            (await DoneAsync(page)).ShouldBe(done, "nothing is imported during a pause");

            await page.DoAsync("Resume", "the disk is free");
            await Expect(page.Fact("State")).ToContainTextAsync("IN_PROGRESS");
            await page.EvaluateAsync("window.mark = true");
            slow.Dispose();
            await Expect(page.Fact("State")).ToContainTextAsync("COMPLETED", new() { Timeout = 60_000 });
            (await page.EvaluateAsync<bool>("window.mark === true")).ShouldBeTrue("it was watched to its end without loading the page again");
            await page.AuditedAsync("import.pause", "the disk is needed");
            await page.AuditedAsync("import.resume", "the disk is free");
        });
    }

    [Fact]
    public async Task A_running_import_is_cancelled_after_a_question()
    {
        using var slow = scene.SlowArchive(millisecondsPerFile: 600);
        var id = await scene.StartImportAsync(2);
        await scene.VisitAsync(async page =>
        {
            await page.GotoAsync($"/console/imports/{id}");
            await page.Link("Cancel…").ClickAsync();
            await page.Locator("input[name=why]").FillAsync("the wrong one");
            await page.Locator("button.danger").ClickAsync();
            await Expect(page.Fact("State")).ToContainTextAsync("CANCELLED", new() { Timeout = 20_000 });
            await page.AuditedAsync("import.cancel", "the wrong one");
        });
    }

    [Fact]
    public Task Files_that_failed_are_listed_with_their_reasons_and_tried_again() => scene.VisitAsync(async page =>
    {
        await page.GotoAsync($"/console/imports/{scene.ImportId}");
        await page.Link("FAILED").First.ClickAsync();
        await Expect(page.Row("FAILED").First).ToContainTextAsync(".json.gz");
        await page.DoAsync("Retry failed files", "they may have been mended");
        await page.ToldAsync("files are taken up again.");
        await Expect(page.Fact("State")).ToContainTextAsync("COMPLETED_WITH_ERRORS", new() { Timeout = 60_000 });
        await page.AuditedAsync("import.retry", "they may have been mended");
    });

    private static async Task<double> DoneAsync(IPage page)
    {
        var value = await page.Locator("progress").GetAttributeAsync("value");
        return double.Parse(value!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
