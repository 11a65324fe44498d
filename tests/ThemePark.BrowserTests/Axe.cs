using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace ThemePark.BrowserTests;

/// <summary>The rules of axe-core over a page as it is shown now.</summary>
internal static class Axe
{
    private const string Run =
        """
        rules => axe.run(document, rules.length ? { runOnly: { type: "rule", values: rules } } : {})
            .then(found => found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.html}`)))
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What breaks a rule, and which; all rules unless some are named.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(IPage page, params string[] rules)
    {
        await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(Run, rules);
    }
}
