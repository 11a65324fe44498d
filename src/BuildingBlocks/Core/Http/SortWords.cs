using FluentValidation;

namespace ThemePark.BuildingBlocks;

/// <summary>The orders a list can be asked for: words of the API, each with what it sorts by in SQL; <c>-</c> before a word turns it round.</summary>
public sealed class SortWords
{
    private readonly Dictionary<string, string> _orders = new(StringComparer.Ordinal);
    private readonly string _standard;

    /// <param name="key">The column that makes every order a definite one.</param>
    /// <param name="standard">The order when none is asked for.</param>
    /// <param name="words">Constants: they become part of a statement.</param>
    public SortWords(string key, string standard, params (string Word, string Column)[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        foreach (var (word, column) in words)
        {
            foreach (var (sign, direction) in ((string, string)[])[("", "ASC"), ("-", "DESC")])
            {
                _orders.Add(sign + word, column == key ? $"ORDER BY {key} {direction}" : $"ORDER BY {column} {direction}, {key} {direction}");
            }
        }

        _standard = _orders[standard];
    }

    /// <summary>All of them, as the API spells them.</summary>
    public IEnumerable<string> Words => _orders.Keys;

    /// <summary>Whether a word is one of them.</summary>
    public bool Has(string word) => _orders.ContainsKey(word);

    /// <summary>The clause; the standard one for null.</summary>
    public string OrderBy(string? sort) => sort is null ? _standard : _orders[sort];
}

public static class SortRules
{
    /// <summary>Null or one of the words.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeOneOf<T>(this IRuleBuilder<T, string?> rule, SortWords sorts) =>
        rule.Must(sort => sort is null || sorts.Has(sort))
            .WithMessage($"{{PropertyName}} must be one of {string.Join(", ", sorts.Words)}; got '{{PropertyValue}}'.");
}
