using ThemePark.Host.Console.Jobs;
using ThemePark.Host.Console.Shared;
using ThemePark.Jobs;

namespace ThemePark.Host.Console.Schedules;

/// <summary>The forms of the schedule pages.</summary>
internal static class ScheduleActions
{
    public static void MapScheduleActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(ScheduleLinks.Actions);
        forms.MapForm("/{name}/trigger", (string name, HttpContext http) => http.SendAsync(
            (_, why) => new TriggerRecurring.Command(name, why), _ => "Enqueued.", result => JobLinks.Of(result.JobId), ScheduleLinks.Of(name)));
        forms.MapForm("/{name}/pause", (string name, HttpContext http) => http.SendAsync(
            (_, why) => new PauseRecurring.Command(name, why), _ => "Paused.", _ => ScheduleLinks.Of(name), ScheduleLinks.Of(name)));
        forms.MapForm("/{name}/resume", (string name, HttpContext http) => http.SendAsync(
            (_, why) => new ResumeRecurring.Command(name, why), _ => "Resumed.", _ => ScheduleLinks.Of(name), ScheduleLinks.Of(name)));
        forms.MapForm("/{name}/change", ChangeAsync);
    }

    private static async Task<IResult> ChangeAsync(string name, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await http.SendAsync(
            (_, why) => new ChangeRecurring.Command(name, form.Text("cron"), form.Text("time_zone"), why),
            _ => "Changed.",
            _ => ScheduleLinks.Of(name),
            PageUrl.Of(ScheduleLinks.Of(name), ("cron", form.Text("cron")), ("time_zone", form.Text("time_zone"))));
    }
}
