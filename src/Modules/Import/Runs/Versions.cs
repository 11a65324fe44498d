using System.Reflection;
using NodaTime;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;

namespace ThemePark.Modules.Import.Runs;

/// <summary>What a run was made with, so that its result can be explained later.</summary>
internal static class Versions
{
    /// <summary>What decides the rows of a file besides its bytes and the mappings: a file read with another value is read again.</summary>
    public const string Reading = $"parser {DayFileReader.Version}, rules {ObservationRules.Version}";

    public static object Current() => new
    {
        code = typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        parser = DayFileReader.Version,
        rules = ObservationRules.Version,
        zones = DateTimeZoneProviders.Tzdb.VersionId,
        runtime = Environment.Version.ToString(),
    };
}
