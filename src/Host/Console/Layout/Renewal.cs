namespace ThemePark.Host.Console.Layout;

/// <summary>Tells the requests of <c>live.js</c> from those of somebody who looks.</summary>
internal static class Renewal
{
    private const string Header = "X-Live";

    /// <summary>True when a page asks for itself, to renew what is live on it.</summary>
    public static bool IsRenewal(this HttpRequest request) => request.Headers.ContainsKey(Header);
}
