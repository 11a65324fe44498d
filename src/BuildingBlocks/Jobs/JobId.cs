using System.Globalization;

namespace ThemePark.Jobs;

/// <summary>A job's id: UUIDv7, so ids sort by creation. Written as 32 lower-case hex digits in the database, in URLs and in logs.</summary>
public readonly record struct JobId(Guid Value) : IParsable<JobId>
{
    /// <summary>A new id for the given instant.</summary>
    public static JobId New(DateTimeOffset at) => new(Guid.CreateVersion7(at));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("n", CultureInfo.InvariantCulture);

    /// <summary>Reads 32 hex digits or the dashed form.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static JobId Parse(string s) => new(Guid.Parse(s, CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    static JobId IParsable<JobId>.Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s, provider));

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out JobId result)
    {
        var read = Guid.TryParse(s, provider, out var value);
        result = new JobId(value);
        return read;
    }
}
