using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Operations.Features;

namespace ThemePark.Host.Console.Watch;

/// <summary>The forms of the watch.</summary>
internal static class WatchActions
{
    public static void MapWatchActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(WatchLinks.Actions);
        forms.MapForm("/start", (HttpContext http) => http.SendAsync(
            (form, why) => new StartWatch.Command(form.Text(WatchLinks.VersionField), why), watch => $"Release {watch.Version} is watched.", _ => WatchLinks.Report, WatchLinks.Report));
        forms.MapForm("/stop", (HttpContext http) => http.SendAsync(
            (_, why) => new StopWatch.Command(why), _ => "The watch is ended.", _ => WatchLinks.Report, WatchLinks.Stop, needsWhy: true));
    }
}
