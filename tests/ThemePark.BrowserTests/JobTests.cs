using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

[Collection(ConsoleInBrowser.Name)]
public sealed class JobTests(BrowserScene scene)
{
    [Fact]
    public Task A_job_is_held_back_found_explained_cancelled_and_retried() => scene.VisitAsync(async page =>
    {
        await PauseAsync(page, "storage", "a disk is being changed");
        await scene.PostAsync("/api/admin/storage/measure");
        await page.GotoAsync("/console/jobs");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Queue" }).FillAsync("storage");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "State" }).SelectOptionAsync("ENQUEUED");
        await page.Button("Find").ClickAsync();
        var row = page.Row("storage.measure");
        await Expect(row).ToContainTextAsync("pause");
        await row.Locator("a").First.ClickAsync();

        await Expect(page.Fact("State")).ToContainTextAsync("ENQUEUED");
        await page.Link("Cancel…").ClickAsync();
        await page.DoAsync("Cancel the job", "not today");
        await Expect(page.Fact("State")).ToContainTextAsync("CANCELLED");
        await page.DoAsync("Retry now", "today after all");
        await Expect(page.Fact("State")).ToContainTextAsync("ENQUEUED");

        await ResumeAsync(page, "storage", "the disk is in");
        await page.AuditedAsync("job.retry", "today after all");
        await page.AuditedAsync("job.cancel", "not today");
    });

    [Fact]
    public Task Everything_that_was_cancelled_is_retried_by_filter_after_being_counted() => scene.VisitAsync(async page =>
    {
        await PauseAsync(page, "quality", "for a moment");
        var job = (await scene.PostAsync("/api/admin/quality/check")).GetProperty("job_id").GetString();
        await page.GotoAsync($"/console/jobs/{job}/cancel");
        await page.DoAsync("Cancel the job", "by mistake");

        await page.GotoAsync("/console/jobs?queue=quality");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "State" }).SelectOptionAsync("CANCELLED");
        await page.Button("Find").ClickAsync();
        await Expect(page.Row(job!)).ToBeVisibleAsync();
        await page.Link("Retry all that match…").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("1 jobs match now.");
        await page.DoAsync("Retry all", "it was no mistake");
        await page.ToldAsync("1 retried.");

        await ResumeAsync(page, "quality", "go on");
        await page.GotoAsync($"/console/jobs/{job}");
        await Expect(page.Fact("State")).ToContainTextAsync("SUCCEEDED", new() { Timeout = 60_000 });
        await page.AuditedAsync("job.retry_all", "it was no mistake");
    });

    private static async Task PauseAsync(IPage page, string queue, string why)
    {
        await page.GotoAsync("/console/jobs/pause-work");
        await page.GetByLabel("What").SelectOptionAsync("QUEUE");
        await page.Locator("input[name=subject]").FillAsync(queue);
        await page.DoAsync("Pause", why);
        await Expect(page.Row(queue)).ToContainTextAsync(why);
    }

    private static async Task ResumeAsync(IPage page, string queue, string why)
    {
        await page.GotoAsync("/console/jobs/pauses");
        var row = page.Row(queue);
        await row.Locator("input[name=why]").FillAsync(why);
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Row(queue)).ToHaveCountAsync(0);
    }
}
