using ThemePark.Host.Console.Imports;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Import.Features;

namespace ThemePark.Host.Console.Calendar;

/// <summary>What can be done about a day: an import of it, from the archive or from the raw store.</summary>
internal static class CalendarActions
{
    public static void MapCalendarActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(CalendarLinks.Actions);
        forms.MapForm("/{destinationId:int}/{day}/import", (int destinationId, string day, HttpContext http) => StartAsync(http, destinationId, day, fromRaw: false));
        forms.MapForm("/{destinationId:int}/{day}/replay", (int destinationId, string day, HttpContext http) => StartAsync(http, destinationId, day, fromRaw: true));
    }

    private static async Task<IResult> StartAsync(HttpContext http, int destinationId, string day, bool fromRaw)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // Not a DateOnly of the route: what does not fit would be refused before the token of the form is looked at.
        var again = Days.Read(day) is { } shown ? CalendarLinks.Day(destinationId, shown) : CalendarLinks.All;
        if (Days.Read(form.Text("start_date")) is not { } start || Days.Read(form.Text("end_date")) is not { } end)
        {
            http.RequestServices.GetRequiredService<Flash>().Failed(http, "Not done: give the first and the last day, as 2026-01-31.");
            return SeeOther.To(again);
        }

        return await http.SendAsync(
            (_, why) => new StartImport.Command(
                DestinationId: destinationId, StartDate: start, EndDate: end, FromRaw: fromRaw, Overlap: form.Text("overlap"), Why: why),
            _ => "Started.",
            import => ImportLinks.Of(import.ImportId),
            again);
    }
}
