using System.Globalization;

namespace ThemePark.Host.Console.Shared;

/// <summary>What a page is asked for: filters, order and place stand in its address, so it can be kept and passed on.</summary>
internal sealed class PageUrl(HttpRequest request)
{
    public const string OffsetName = "offset";
    public const int Rows = 50;
    private const int LongestText = 200;

    /// <summary>A parameter, trimmed; null when it is missing or empty.</summary>
    public string? this[string name] => request.Query[name].ToString().Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, LongestText)] : null;

    public int Offset => int.TryParse(this[OffsetName], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;

    /// <summary>A number; null when it is missing or none.</summary>
    public int? Number(string name) => int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>This page with one parameter changed, or taken away by null; from its first row unless that is the parameter.</summary>
    public string With(string name, string? value)
    {
        var query = new QueryString();
        foreach (var (key, values) in request.Query.Where(q => q.Key != name && q.Key != OffsetName))
        {
            query = query.Add(key, values.ToString());
        }

        return request.Path + (value is null ? query : query.Add(name, value)).ToUriComponent();
    }

    public string From(int offset) => With(OffsetName, offset == 0 ? null : offset.ToString(CultureInfo.InvariantCulture));

    /// <summary>An address with the parameters that have a value.</summary>
    public static string Of(string path, params (string Name, string? Value)[] parameters) =>
        path + QueryString.Create(parameters.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value))).ToUriComponent();
}
