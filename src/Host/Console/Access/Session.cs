using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Layout;

namespace ThemePark.Host.Console.Access;

/// <summary>Who is signed in: the name of an admin key and a mark of it, never the key. It ends with its key.</summary>
internal static class Session
{
    private const string Mark = "mark";

    public static Task BeginAsync(HttpContext http, string name, string key)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(Mark, AdminKeyRing.Mark(key))], ConsoleSetup.Scheme);
        return http.SignInAsync(ConsoleSetup.Scheme, new ClaimsPrincipal(identity));
    }

    public static Task EndAsync(HttpContext http) => http.SignOutAsync(ConsoleSetup.Scheme);

    /// <summary>A page left open that renews itself is nobody's use of the session.</summary>
    public static Task Slide(CookieSlidingExpirationContext context)
    {
        context.ShouldRenew &= !context.Request.IsRenewal();
        return Task.CompletedTask;
    }

    /// <summary>At every request: a session whose key was revoked is over.</summary>
    public static async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        var ring = context.HttpContext.RequestServices.GetRequiredService<AdminKeyRing>();
        if (context.Principal?.Identity?.Name is not { } name || context.Principal.FindFirstValue(Mark) is not { } mark
            || !await ring.IsLiveAsync(name, mark, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            await EndAsync(context.HttpContext);
        }
    }
}
