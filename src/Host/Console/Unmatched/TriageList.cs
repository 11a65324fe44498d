using System.Globalization;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Unmatched;

/// <summary>The list somebody works through: it goes along in the addresses and forms of its entities, so that next and previous stay in it.</summary>
internal sealed record TriageList(int? DestinationId, string? Status, string? Text, string? Sort)
{
    public (string Name, string? Value)[] Parameters =>
        [("destination", DestinationId?.ToString(CultureInfo.InvariantCulture)), ("status", Status), ("text", Text), ("sort", Sort)];

    public static TriageList Of(PageUrl url) => new(url.Number("destination"), url["status"], url["text"], url["sort"]);

    public static TriageList Of(IFormCollection form) => new(
        int.TryParse(form.Text("destination"), NumberStyles.None, CultureInfo.InvariantCulture, out var destination) ? destination : null,
        form.Text("status"),
        form.Text("text"),
        form.Text("sort"));
}
