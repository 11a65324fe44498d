using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

[Collection(ConsoleInBrowser.Name)]
public sealed class NodeTests(BrowserScene scene)
{
    [Fact]
    public async Task When_a_node_dies_its_page_shows_it_and_its_job_moves_to_another()
    {
        // The host of the console runs no jobs meanwhile, so that it is known who does.
        await scene.RestartHostAsync(() => Task.CompletedTask, "--no-jobs");
        var slow = scene.SlowArchive(millisecondsPerFile: 600);
        try
        {
            await using var second = await scene.StartWorkerAsync("two");
            await scene.VisitAsync(async page =>
            {
                var import = await scene.StartImportAsync(1, refetch: true);
                await page.GotoAsync("/console/nodes");
                await Expect(page.Row("two")).ToContainTextAsync("import.run");
                await using var third = await scene.StartWorkerAsync("three");
                await Expect(page.Row("three")).ToContainTextAsync("ALIVE");

                await second.KillAsync();

                await Expect(page.Row("two")).ToContainTextAsync("LOST", new() { Timeout = 30_000 });
                await Expect(page.Row("three")).ToContainTextAsync("import.run", new() { Timeout = 30_000 });
                await page.Row("three").GetByRole(AriaRole.Link).First.ClickAsync();
                await Expect(page.Row("two")).ToContainTextAsync("LOST");
                await Expect(page.Row("three")).ToContainTextAsync("RUNNING");
                slow.Dispose();
                await Expect(page.Fact("State")).ToContainTextAsync("SUCCEEDED", new() { Timeout = 60_000 });
                await scene.UntilImportAsync(import, "COMPLETED", "COMPLETED_WITH_ERRORS");
            });
        }
        finally
        {
            slow.Dispose();
            await scene.RestartHostAsync(() => Task.CompletedTask);
        }
    }
}
