using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace ThemePark.Host.Console.Shared;

/// <summary>What became of an action, told once on the next page. It travels in a sealed cookie: nobody else can put words there.</summary>
internal sealed class Flash(IDataProtectionProvider protection)
{
    private const string Cookie = "themepark-flash";
    private const int Longest = 500;
    private const char FailedMark = '!';
    private const char DoneMark = '.';

    private readonly IDataProtector _seal = protection.CreateProtector("ThemePark.Console.Flash");

    public void Done(HttpContext http, string text) => Put(http, DoneMark, text);

    public void Failed(HttpContext http, string text) => Put(http, FailedMark, text);

    public (bool Failed, string Text)? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } sealedText)
        {
            return null;
        }

        http.Response.Cookies.Delete(Cookie, Options(http));
        try
        {
            var text = _seal.Unprotect(sealedText);
            return (text[0] == FailedMark, text[1..]);
        }
        catch (CryptographicException)
        {
            // Made up, or sealed with keys that are gone.
            return null;
        }
    }

    private void Put(HttpContext http, char mark, string text)
    {
        var options = Options(http);
        options.MaxAge = TimeSpan.FromMinutes(1);
        http.Response.Cookies.Append(Cookie, _seal.Protect(mark + (text.Length <= Longest ? text : text[..Longest] + "…")), options);
    }

    private static CookieOptions Options(HttpContext http) => new()
    {
        Path = ConsoleSetup.Root,
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
    };
}
