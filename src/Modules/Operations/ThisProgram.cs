using System.Reflection;

namespace ThemePark.Modules.Operations;

internal static class ThisProgram
{
    /// <summary>As it was built.</summary>
    public static string Version { get; } =
        typeof(ThisProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
