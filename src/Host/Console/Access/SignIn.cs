using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Access;

/// <summary>Signing in with an admin key, and out.</summary>
internal static class SignIn
{
    public const string Path = ConsoleSetup.Root + "/sign-in";

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").AsForms();
        group.MapGet(Path, (HttpContext http) => Page(StatusCodes.Status200OK, http.Request.Query["return"], null));
        group.MapForm(Path, InAsync);
        group.MapForm(ConsoleSetup.Root + "/sign-out", async (HttpContext http) =>
        {
            await Session.EndAsync(http);
            return SeeOther.To(Path);
        });
    }

    /// <summary>Only pages of the console: nobody is sent elsewhere by a link.</summary>
    public static string Local(string? wanted) =>
        wanted is not null
        && (wanted == ConsoleSetup.Root || wanted.StartsWith(ConsoleSetup.Root + "/", StringComparison.Ordinal) || wanted.StartsWith(ConsoleSetup.Root + "?", StringComparison.Ordinal))
        && !wanted.StartsWith(Path, StringComparison.Ordinal)
        && !wanted.Any(c => c is '\\' || char.IsControl(c))
            ? wanted
            : ConsoleSetup.Root;

    private static async Task<IResult> InAsync(HttpContext http, SignInLimits limits, AdminKeyRing ring, ILogger<SignInLimits> log)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (key, back) = (form["key"].ToString().Trim(), form["return"].ToString());
        var address = http.Connection.RemoteIpAddress;
        if (limits.Enter(address) is { } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Page(StatusCodes.Status429TooManyRequests, back, string.Create(CultureInfo.InvariantCulture, $"Too many failed attempts from here. Try again in {seconds} seconds."));
        }

        if (key.Length is 0 or > AdminKey.MaxLength || await ring.FindAsync(key, http.RequestAborted) is not { } name)
        {
            log.LogWarning("Signing in to the console failed for {Address}", address);
            return Page(StatusCodes.Status401Unauthorized, back, "This key is unknown or revoked.");
        }

        limits.Succeeded(address);
        await Session.BeginAsync(http, name, key);
        log.LogInformation("{Caller} signed in to the console from {Address}", name, address);
        return SeeOther.To(Local(back));
    }

    private static RazorComponentResult<SignInPage> Page(int status, string? back, string? problem) =>
        new RazorComponentResult<SignInPage>(new { Return = Local(back), Problem = problem }) { StatusCode = status };
}
