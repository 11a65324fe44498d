using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ThemePark.Host;

/// <summary>What the code says of its properties, out of the documentation files beside the program, as Markdown.</summary>
internal sealed partial class XmlSummaries(string directory)
{
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _read = [];

    /// <summary>Null where nothing is said.</summary>
    public string? Of(PropertyInfo property)
    {
        var owner = property.DeclaringType!;
        if (!_read.TryGetValue(owner.Assembly, out var members))
        {
            _read[owner.Assembly] = members = Read(Path.Combine(directory, owner.Assembly.GetName().Name + ".xml"));
        }

        if (members.GetValueOrDefault($"P:{owner.FullName!.Replace('+', '.')}.{property.Name}")?.Element("summary") is not { } summary)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                // Of a method its name, without parameters.
                XElement element => $"`{(element.Attribute("cref") ?? element.Attribute("langword"))?.Value.Split('(')[0].Split('.', ':')[^1] ?? element.Value}`",
                _ => "",
            });
        }

        return Blanks().Replace(text.ToString(), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static Dictionary<string, XElement> Read(string path) =>
        XDocument.Load(path).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
