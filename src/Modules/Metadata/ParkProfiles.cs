using System.Globalization;
using System.Text.RegularExpressions;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Metadata;

/// <summary>What is known of a park that upstream does not state.</summary>
internal readonly record struct ParkProfile(ParkOperator Operator, string? Location, int? QueueTimesId);

/// <summary>The parks of <c>Profiles/parks.csv</c>, kept by hand.</summary>
internal static partial class ParkProfiles
{
    public const string Resource = "profiles/parks.csv";

    private static readonly Lazy<Dictionary<Guid, ParkProfile>> Known = new(Read);

    /// <summary>As the file has it; of a park it does not have, the operator as the destination's name tells, then the park's.</summary>
    public static ParkProfile Of(Guid park, string? name, string? destination) =>
        Known.Value.TryGetValue(park, out var profile) ? profile
        : new ParkProfile(OperatorOf(destination) ?? OperatorOf(name) ?? ParkOperator.Other, null, null);

    private static Dictionary<Guid, ParkProfile> Read()
    {
        using var stream = typeof(ParkProfiles).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        using var lines = new StreamReader(stream);
        lines.ReadLine();
        var profiles = new Dictionary<Guid, ParkProfile>();
        while (lines.ReadLine() is { } line)
        {
            // No field holds a comma or a quote: a test sees to it.
            if (line.Split(',') is not [var uuid, var by, var city, var region, _, var queueTimesId])
            {
                throw new InvalidOperationException($"{Resource}: '{line}' has not six fields.");
            }

            profiles.Add(Guid.Parse(uuid), new ParkProfile(
                by.Length == 0 ? ParkOperator.Other : Enum.Parse<ParkOperator>(by, ignoreCase: true),
                Location(city, region),
                queueTimesId.Length == 0 ? null : int.Parse(queueTimesId, CultureInfo.InvariantCulture)));
        }

        return profiles;
    }

    private static string? Location(string city, string region) =>
        city.Length == 0 || city == region ? (region.Length == 0 ? null : region)
        : region.Length == 0 ? city
        : $"{city}, {region}";

    private static ParkOperator? OperatorOf(string? name) =>
        name is null ? null
        : Disney().IsMatch(name) ? ParkOperator.Disney
        : Universal().IsMatch(name) ? ParkOperator.Universal
        : null;

    // "Disneyana" and "Universal Ice Rink" are somebody else's: calling CLOSED planned where it is not would hide downtime.
    [GeneratedRegex(@"\bdisney(land|sea|['’]s|s)?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Disney();

    [GeneratedRegex(
        @"\buniversal(['’]?s)? (studios?|orlando|hollywood|beijing|singapore|japan|epic|islands|volcano|kids|united kingdom|resort)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Universal();
}
