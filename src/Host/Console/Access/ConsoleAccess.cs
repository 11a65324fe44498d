using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Layout;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Access;

/// <summary>
/// Lets nobody below the console who is not signed in, except to sign in and to the stylesheet and scripts. It goes by path, so no page can forget it.
/// </summary>
internal sealed class ConsoleAccess(RequestDelegate next, ILogger<ConsoleAccess> log)
{
    public async Task InvokeAsync(HttpContext http, CurrentCaller caller)
    {
        if (http.User.Identity is { IsAuthenticated: true, Name: { } name })
        {
            caller.Set(new Caller(name, Door.Console), http.TraceIdentifier);
            using (log.BeginFields(("caller", name)))
            {
                await next(http);
            }
        }
        else if (http.Request.Path == SignIn.Path || http.Request.Path.StartsWithSegments(ConsoleAssets.Path))
        {
            await next(http);
        }
        else
        {
            // What was to be done is not done after signing in: only pages are gone back to.
            var back = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : ConsoleSetup.Root;
            SeeOther.Go(http, SignIn.Path + QueryString.Create("return", back));
        }
    }
}
