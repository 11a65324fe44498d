using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ThemePark.Simulator;

internal sealed record ListRequest(string Prefix, string? Delimiter, string? StartAfter, string? Token, int MaxKeys, bool UrlEncoded)
{
    /// <summary>Null when a parameter is not one S3 would take.</summary>
    public static ListRequest? Read(IQueryCollection query)
    {
        string? Value(string name) => query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;
        var maxKeys = 1_000;
        if (Value("max-keys") is { Length: > 0 } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out maxKeys))
        {
            return null;
        }

        var token = Value("continuation-token");
        if (token is not null && !Convert.TryFromBase64String(token, new byte[token.Length], out _))
        {
            return null;
        }

        return new ListRequest(
            Value("prefix") ?? "", Value("delimiter") is { Length: > 0 } d ? d : null, Value("start-after"), token, maxKeys, Value("encoding-type") == "url");
    }

    /// <summary>The key, or common prefix, the page before ended with.</summary>
    public string After => Token is null ? StartAfter ?? "" : Encoding.UTF8.GetString(Convert.FromBase64String(Token));
}

internal sealed record ListPage(List<BucketObject> Objects, List<string> Prefixes, string? NextToken)
{
    public static readonly ListPage Empty = new([], [], null);

    public static ListPage Read(BucketDirectory bucket, ListRequest request, int pageSize)
    {
        var page = new ListPage([], [], null);
        var size = Math.Min(request.MaxKeys, pageSize);
        var last = request.After;
        foreach (var key in size == 0 ? [] : bucket.Keys(request.Prefix, request.After))
        {
            var common = CommonPrefix(key, request);
            // Keys of one common prefix follow each other, over the end of a page too.
            if (common is not null && common == last)
            {
                continue;
            }

            if (page.Objects.Count + page.Prefixes.Count == size)
            {
                return page with { NextToken = Convert.ToBase64String(Encoding.UTF8.GetBytes(last)) };
            }

            if (common is not null)
            {
                page.Prefixes.Add(last = common);
            }
            else if (bucket.Find(key) is { } found)
            {
                page.Objects.Add(found);
                last = key;
            }
        }

        return page;
    }

    private static string? CommonPrefix(string key, ListRequest request)
    {
        if (request.Delimiter is not { } delimiter)
        {
            return null;
        }

        var at = key.IndexOf(delimiter, request.Prefix.Length, StringComparison.Ordinal);
        return at < 0 ? null : key[..(at + delimiter.Length)];
    }
}
