using ThemePark.Testing;

namespace ThemePark.BrowserTests;

/// <summary>Where pictures of pages go: below <c>artifacts</c>, which git ignores.</summary>
internal static class Screens
{
    public static string Directory { get; } = Checkout.PathTo("artifacts", "screens");
}
