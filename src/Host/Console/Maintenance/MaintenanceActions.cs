using System.Globalization;
using ThemePark.Host.Console.Jobs;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Operations.Features;

namespace ThemePark.Host.Console.Maintenance;

/// <summary>The forms of maintenance and backups.</summary>
internal static class MaintenanceActions
{
    public static void MapMaintenanceActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(MaintenanceLinks.Actions);
        forms.MapForm("/start", (HttpContext http) => http.SendAsync(
            (form, why) => new StartMaintenance.Command(Minutes(form), why),
            _ => "The warehouse is in maintenance.",
            _ => MaintenanceLinks.Page,
            MaintenanceLinks.Start,
            needsWhy: true));
        forms.MapForm("/end", (HttpContext http) => http.SendAsync(
            (_, why) => new EndMaintenance.Command(why), _ => "The maintenance is over.", _ => MaintenanceLinks.Page, MaintenanceLinks.Page));
        app.MapForms(MaintenanceLinks.Backups).MapForm("/create", (HttpContext http) => http.SendAsync(
            (_, why) => new QueueBackup.Command(why), _ => "Queued.", result => JobLinks.Of(result.JobId), MaintenanceLinks.Page));
    }

    // What is no number is refused by the command, which names what it allows.
    private static int? Minutes(IFormCollection form) =>
        form.Text("minutes") is not { } text ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : 0;
}
