using System.Text.RegularExpressions;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

/// <summary>After an import that may create no ride, everything of its destination waits for a word.</summary>
[Collection(ConsoleInBrowser.Name)]
public sealed class UnmatchedTests(BrowserScene scene)
{
    [Fact]
    public async Task With_the_keyboard_a_ride_is_created_of_an_unmatched_entity_and_its_days_are_replayed()
    {
        await scene.ImportedWithoutCreatingAsync();
        await scene.VisitAsync(async page =>
        {
            await page.GotoAsync("/console/unmatched?sort=-occurrences");
            await Expect(page.Locator("tbody tr").First).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("j");
            await page.Keyboard.PressAsync("j");
            await Expect(page.Locator("tbody tr").Nth(1).Locator("a")).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("k");
            var name = (await page.Locator("tbody tr").First.Locator("a").InnerTextAsync()).Trim();
            await page.Keyboard.PressAsync("Enter");

            await Expect(page.Locator("h1")).ToHaveTextAsync(name);
            await page.Keyboard.PressAsync("c");
            await Expect(page.Button("Create a ride…")).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Enter");
            // What it would do, before it is done.
            await Expect(page.Fact("Read again")).ToContainTextAsync(new Regex(@"[1-9]\d* file days"));
            await page.DoAsync("Do it", "it is one of theirs");

            await page.ToldAsync("It is RESOLVED, ride ");
            var told = await page.Locator(".flash").InnerTextAsync();
            var ride = int.Parse(Regex.Match(told, @"ride (\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            var replay = Regex.Match(told, "imp_[0-9a-z]+").Value;
            await scene.UntilImportAsync(replay, "COMPLETED", "COMPLETED_WITH_ERRORS");
            await Expect(page.Fact("State")).ToContainTextAsync("RESOLVED");

            await page.GotoAsync($"/console/rides/{ride}");
            await Expect(page.Locator("h1")).ToHaveTextAsync(name);
            (await scene.RowsOfAsync(ride)).ShouldBeGreaterThan(0, "the days were replayed for the new ride");
            await page.AuditedAsync("import.unmatched.resolve", "it is one of theirs");
        });
    }

    [Fact]
    public async Task Several_are_ignored_at_once_after_a_look_and_the_outcome_of_each_is_told()
    {
        await scene.ImportedWithoutCreatingAsync();
        await scene.VisitAsync(async page =>
        {
            await page.GotoAsync("/console/unmatched?sort=name");
            var boxes = page.Locator("tbody input[type=checkbox]");
            await boxes.Nth(0).CheckAsync();
            await boxes.Nth(1).CheckAsync();
            var ids = new[] { await boxes.Nth(0).GetAttributeAsync("value"), await boxes.Nth(1).GetAttributeAsync("value") };
            await page.GetByLabel("With those chosen").SelectOptionAsync("ignore");
            await page.Button("Look at it…").ClickAsync();
            await Expect(page.Locator("h1")).ToHaveTextAsync("Ignore 2 entities?");
            await page.DoAsync("Do it", "they are shops");
            await Expect(page.Locator("h1")).ToHaveTextAsync("2 done, 0 refused");

            await page.GotoAsync("/console/unmatched?status=IGNORED");
            foreach (var id in ids)
            {
                await Expect(page.Locator($"tbody input[value='{id}']")).ToBeVisibleAsync();
            }

            // One of them was no shop: its word is taken back, and it waits again.
            await page.GotoAsync($"/console/unmatched/{ids[0]}");
            await page.Keyboard.PressAsync("r");
            await Expect(page.Button("Reopen…")).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.DoAsync("Reopen it", "it is a ride after all");
            await page.ToldAsync("It is REOPENED");
            await page.GotoAsync("/console/unmatched?sort=name");
            await Expect(page.Locator($"tbody input[value='{ids[0]}']")).ToBeVisibleAsync();
            await Expect(page.Locator($"tbody input[value='{ids[1]}']")).ToHaveCountAsync(0);
            await page.AuditedAsync("import.unmatched.reopen", "it is a ride after all");
        });
    }

    [Fact]
    public async Task The_list_and_the_mappings_come_as_csv()
    {
        await scene.ImportedWithoutCreatingAsync();
        await scene.VisitAsync(async page =>
        {
            await page.GotoAsync("/console/unmatched");
            var file = await page.RunAndWaitForDownloadAsync(() => page.Button("All that match as CSV").ClickAsync());
            (await File.ReadAllLinesAsync(await file.PathAsync())).Length.ShouldBeGreaterThan(2);
        });
    }
}
