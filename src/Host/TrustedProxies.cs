using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host;

/// <summary>
/// The proxies in front whose word about the caller's address and scheme is taken. Without any, whoever connects is the caller: anybody can write a header.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>Addresses and networks, such as <c>10.0.0.7</c> and <c>10.1.0.0/16</c>.</summary>
    public const string Section = "TrustedProxies";

    /// <exception cref="SettingException">An entry is neither; the message names it.</exception>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var entries = app.Configuration.GetSection(Section).Get<string[]>() ?? [];
        if (entries.Length == 0)
        {
            return;
        }

        // No limit of hops: the walk ends at the first address that is not trusted.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var entry in entries)
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else if (System.Net.IPNetwork.TryParse(entry, out var network))
            {
                options.KnownIPNetworks.Add(network);
            }
            else
            {
                throw new SettingException($"Setting {Section}: '{entry}' is neither an address, such as 10.0.0.7, nor a network, such as 10.1.0.0/16.");
            }
        }

        app.UseForwardedHeaders(options);
    }
}
