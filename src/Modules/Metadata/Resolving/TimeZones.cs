using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>The zone ids shipped with the program, not the machine's: the same ones are valid everywhere, and Windows ids nowhere.</summary>
internal static class TimeZones
{
    private static readonly FrozenSet<string> Ids = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsIana([NotNullWhen(true)] string? zone) => zone is not null && Ids.Contains(zone);
}
