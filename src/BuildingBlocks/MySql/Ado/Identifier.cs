namespace ThemePark.MySql;

/// <summary>Names that must stand in SQL text because they cannot be parameters.</summary>
public static class Identifier
{
    private const int MaxLength = 64;

    /// <exception cref="ArgumentException">Empty, longer than 64, or not one printable name.</exception>
    public static string Quote(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxLength || name.EndsWith(' ') || name.Any(char.IsControl))
        {
            throw new ArgumentException($"'{name}' is not a MySQL identifier.", nameof(name));
        }

        return "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";
    }
}
