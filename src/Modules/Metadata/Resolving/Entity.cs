using System.Text;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>An observed entity in the form the catalogue stores: names and instants as the columns hold them, blank being absent.</summary>
internal sealed record Entity(
    Guid Uuid,
    Guid? ParkUuid,
    string? ParkSlug,
    string? TimeZone,
    EntityKind Kind,
    long Observations,
    DateTime At,
    IReadOnlyList<DatedValue> Names,
    IReadOnlyList<DatedValue> ExternalIds)
{
    private const int MaxLength = 255;

    public static Entity From(ObservedEntity observed, DateTime now)
    {
        var names = observed.Names
            .Select(name => (Text: Clean(name.Name), At: Milliseconds(name.FirstSeen)))
            .Where(name => name.Text is not null)
            .Select(name => new DatedValue(name.At, name.Text!))
            .OrderBy(name => name.From)
            .ToList();
        var at = names.Count > 0 ? names[0].From : Milliseconds(observed.FirstSeen ?? now);
        var externalId = Clean(observed.ExternalId);
        return new Entity(
            observed.Uuid,
            observed.ParkUuid is { } park && park != Guid.Empty ? park : null,
            Clean(observed.ParkSlug),
            Clean(observed.TimeZone),
            observed.Kind,
            observed.Observations,
            at,
            names,
            externalId is null ? [] : [new DatedValue(at, externalId)]);
    }

    /// <summary>
    /// Trimmed, without control characters and broken surrogates, at most 255 characters; null when nothing is left. What is compared must be
    /// what the column gives back, or every run would see a rename.
    /// </summary>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var clean = new StringBuilder(Math.Min(text.Length, MaxLength));
        var length = 0;
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            if (length++ == MaxLength)
            {
                break;
            }

            clean.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        var trimmed = clean.ToString().Trim();
        return trimmed.Length == 0 ? null : trimmed;
    }

    public static DateTime Milliseconds(DateTime instant)
    {
        if (instant.Kind == DateTimeKind.Local)
        {
            throw new ArgumentException("Instants are UTC.", nameof(instant));
        }

        return new DateTime(instant.Ticks - (instant.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
    }
}
