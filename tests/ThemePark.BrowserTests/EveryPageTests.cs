using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using Shouldly;
using ThemePark.Host;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThemePark.BrowserTests;

/// <summary>What holds for each page there is, found by its route, so that none can be forgotten.</summary>
[Collection(ConsoleInBrowser.Name)]
public sealed partial class EveryPageTests(BrowserScene scene)
{
    // Only colours are others in the dark.
    private static readonly string[] RulesOfColour = ["color-contrast", "link-in-text-block"];

    [Fact]
    public async Task Every_page_is_labelled_has_contrast_fits_and_keeps_to_its_policy_light_and_dark()
    {
        var pages = await PagesAsync();
        var problems = new List<string>();
        foreach (var dark in (bool[])[false, true])
        {
            await scene.VisitAsync(
                async page =>
                {
                    foreach (var (name, path) in pages)
                    {
                        await page.SetViewportSizeAsync(1280, 900);
                        (await page.GotoAsync(path))!.Status.ShouldBe(200, path);
                        (await page.Locator(".unavailable").CountAsync()).ShouldBe(0, $"{path} shows a query that failed");
                        (await page.Locator("h1").CountAsync()).ShouldBe(1, path);
                        await Expect(page.Locator(".plot:not(.drawn)")).ToHaveCountAsync(0);
                        problems.AddRange((await Axe.FindAsync(page, dark ? RulesOfColour : [])).Select(p => $"{path} ({(dark ? "dark" : "light")}): {p}"));
                        await PictureAsync(page, name, dark, "wide");

                        await page.SetViewportSizeAsync(390, 844);
                        var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
                        if (width > 390)
                        {
                            problems.Add($"{path} is {width} pixels wide on a screen of 390");
                        }

                        await PictureAsync(page, name, dark, "narrow");
                    }
                },
                new TabOptions { Dark = dark });
        }

        problems.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_page_shows_its_facts_without_script()
    {
        var pages = await PagesAsync();
        var with = await FactsAsync(pages, script: true);
        var without = await FactsAsync(pages, script: false);
        without.ShouldBe(with);
    }

    // Headings, heads of tables, and names of figures: numbers move on between two looks.
    private async Task<IReadOnlyList<string>> FactsAsync(IEnumerable<(string Name, string Path)> pages, bool script)
    {
        var facts = new List<string>();
        await scene.VisitAsync(
            async page =>
            {
                foreach (var (name, path) in pages)
                {
                    await page.GotoAsync(path);
                    var texts = await page.Locator("main h1, main h2, main th[scope=col], main caption, main dt, main figcaption").AllTextContentsAsync();
                    facts.Add(Digits().Replace($"{name}: {string.Join('\n', texts)}", "#"));
                }
            },
            new TabOptions { Script = script });
        return facts;
    }

    private static Task<byte[]> PictureAsync(IPage page, string name, bool dark, string size) => page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = System.IO.Path.Combine(Screens.Directory, size, dark ? "dark" : "light", name + ".png"),
        FullPage = true,
    });

    /// <summary>A name and an address for each route of the console.</summary>
    private async Task<IReadOnlyList<(string Name, string Path)>> PagesAsync()
    {
        var job = (await scene.GetAsync("/api/admin/jobs?limit=1")).GetProperty("data")[0].GetProperty("job_id").GetString()!;
        await scene.ImportedWithoutCreatingAsync();
        var unmatched = (await scene.GetAsync("/api/admin/import/unmatched?limit=1")).GetProperty("data")[0].GetProperty("unmatched_id").GetInt32();
        var destination = (await scene.GetAsync($"/api/admin/import/status/{scene.ImportId}")).GetProperty("destination_id").GetInt32();
        var ride = (await scene.GetAsync("/api/metadata/rides?limit=1")).GetProperty("data")[0].GetProperty("ride_id").GetInt32();
        var known = new Dictionary<string, string>
        {
            ["/console/imports/{Id}"] = $"/console/imports/{scene.ImportId}",
            ["/console/imports/{Id}/cancel"] = $"/console/imports/{scene.ImportId}/cancel",
            ["/console/jobs/{Id}"] = $"/console/jobs/{job}",
            ["/console/jobs/{Id}/cancel"] = $"/console/jobs/{job}/cancel",
            ["/console/unmatched/{Id:int}"] = $"/console/unmatched/{unmatched}",
            ["/console/unmatched/{Id:int}/resolve"] = $"/console/unmatched/{unmatched}/resolve?action=create",
            ["/console/unmatched/{Id:int}/reopen"] = $"/console/unmatched/{unmatched}/reopen",
            ["/console/unmatched/bulk"] = $"/console/unmatched/bulk?action=create&id={unmatched}",
            ["/console/calendar/{DestinationId:int}"] = $"/console/calendar/{destination}",
            ["/console/calendar/{DestinationId:int}/{Day}"] = $"/console/calendar/{destination}/{BrowserScene.Yesterday.AddDays(-10):yyyy-MM-dd}",
            ["/console/rides/{Id:int}"] = $"/console/rides/{ride}",
            ["/console/rides/{Id:int}/history"] = $"/console/rides/{ride}/history",
            ["/console/rides/{Id:int}/rows"] = $"/console/rides/{ride}/rows",
            ["/console/schedules/{Name}"] = "/console/schedules/rollup",
            ["/console/settings/keys/{Name}/revoke"] = "/console/settings/keys/somebody/revoke",
        };
        return
        [
            .. typeof(ThemeParkHost).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template)
                // What is at no page's address.
                .Where(t => t is not "/console/{*Rest}")
                .Order(StringComparer.Ordinal)
                .Select(t => (
                    Named().Replace(t.ToLowerInvariant(), "-").Trim('-'),
                    known.GetValueOrDefault(t)
                        ?? (t.Contains('{', StringComparison.Ordinal) ? throw new InvalidOperationException($"Tell this test an address of {t}.") : t))),
        ];
    }

    [GeneratedRegex(@"\d+(?:[,.]\d+)*")]
    private static partial Regex Digits();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Named();
}
