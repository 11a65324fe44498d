using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Access;
using ThemePark.Host.Console.Calendar;
using ThemePark.Host.Console.Imports;
using ThemePark.Host.Console.Jobs;
using ThemePark.Host.Console.Layout;
using ThemePark.Host.Console.Lists;
using ThemePark.Host.Console.Maintenance;
using ThemePark.Host.Console.Quality;
using ThemePark.Host.Console.Rides;
using ThemePark.Host.Console.Schedules;
using ThemePark.Host.Console.Settings;
using ThemePark.Host.Console.Shared;
using ThemePark.Host.Console.Storage;
using ThemePark.Host.Console.Unmatched;
using ThemePark.Host.Console.Watch;
using ThemePark.Modules.Operations;

namespace ThemePark.Host.Console;

/// <summary>
/// The operators' console below <see cref="Root"/>: pages rendered on the server that send the commands and queries of the API, in the scope of who is signed in.
/// </summary>
internal static class ConsoleSetup
{
    public const string Root = "/console";
    public const string Scheme = "console";

    /// <summary>The lifetime of a session nobody uses.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromHours(8);

    /// <summary>Keys that cookies are protected with lie in <c>console-keys</c> of the data directory; nodes behind one address share it.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services, DataDirectory data)
    {
        services.AddRazorComponents();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<Flash>();
        services.AddScoped<ParkClocks>();
        services.AddDataProtection().SetApplicationName("ThemePark").PersistKeysToFileSystem(KeyDirectory(data));
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = "themepark-form";
            form.Cookie.Path = Root;
            form.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddAuthentication(Scheme).AddCookie(Scheme, session =>
        {
            session.Cookie.Name = "themepark-console";
            session.Cookie.Path = Root;
            session.Cookie.HttpOnly = true;
            session.Cookie.SameSite = SameSiteMode.Strict;
            session.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            session.ExpireTimeSpan = Idle;
            session.SlidingExpiration = true;
            session.Events = new CookieAuthenticationEvents { OnValidatePrincipal = Session.CheckAsync, OnCheckSlidingExpiration = Session.Slide };
        });
        return services;
    }

    /// <summary>After routing; the error handling of the API is around it.</summary>
    public static void UseConsole(this WebApplication app)
    {
        app.UseWhen(http => http.Request.Path.StartsWithSegments(Root), branch => branch.UseMiddleware<ConsoleHeaders>().UseOperations());
        app.UseAuthentication();
        app.UseWhen(http => http.Request.Path.StartsWithSegments(Root), branch => branch.UseMiddleware<ConsoleAccess>().UseMiddleware<CsvExports>());
        app.UseAntiforgery();
        app.MapAssets();
        app.MapSignIn();
        app.MapJobActions();
        app.MapScheduleActions();
        app.MapImportActions();
        app.MapUnmatchedActions();
        app.MapQualityActions();
        app.MapSettingsActions();
        app.MapStorageActions();
        app.MapRideActions();
        app.MapCalendarActions();
        app.MapMaintenanceActions();
        app.MapWatchActions();
        app.MapRazorComponents<App>();
    }

    // Whoever reads these can make sessions.
    private static DirectoryInfo KeyDirectory(DataDirectory data) => OwnerOnly.CreateDirectory(Path.Combine(data.Path, "console-keys"));
}
