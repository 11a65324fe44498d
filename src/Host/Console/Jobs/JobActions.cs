using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Shared;
using ThemePark.Jobs;

namespace ThemePark.Host.Console.Jobs;

/// <summary>The forms of the job pages.</summary>
internal static class JobActions
{
    public static void MapJobActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(JobLinks.Actions);
        forms.MapForm("/{id}/retry", (string id, HttpContext http) => OneAsync(http, id, why => new RetryJob.Command(id, why), "Retried."));
        forms.MapForm("/{id}/pause", (string id, HttpContext http) => OneAsync(http, id, why => new PauseJob.Command(id, why), "Paused."));
        forms.MapForm("/{id}/resume", (string id, HttpContext http) => OneAsync(http, id, why => new ResumeJob.Command(id, why), "Resumed."));
        forms.MapForm("/{id}/cancel", (string id, HttpContext http) => http.SendAsync(
            (_, why) => new CancelJob.Command(id, why), job => job.State == "CANCELLED" ? "Cancelled." : "Asked to stop.", _ => JobLinks.Of(id), JobLinks.Cancel(id), needsWhy: true));
        forms.MapForm("/retry-all", RetryAllAsync);
        forms.MapForm("/pause-work", (HttpContext http) => WorkAsync(http, paused: true));
        forms.MapForm("/resume-work", (HttpContext http) => WorkAsync(http, paused: false));
    }

    private static Task<IResult> OneAsync(HttpContext http, string id, Func<string?, MediatR.IRequest<Outcome<JobAnswer>>> command, string done) =>
        http.SendAsync((_, why) => command(why), _ => done, _ => JobLinks.Of(id), JobLinks.Of(id));

    private static async Task<IResult> RetryAllAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        (string, string?)[] filter = [("state", form.Text("state")), ("queue", form.Text("queue")), ("name", form.Text("name")), ("text", form.Text("text"))];
        return await http.SendAsync(
            (_, why) => new RetryJobs.Command(form.Text("state"), form.Text("queue"), form.Text("name"), form.Text("text"), why),
            result => string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Retried} retried{(result.Skipped > 0 ? $", {result.Skipped} left out: another unfinished job does their work" : "")}{(result.More ? "; there are more, repeat it" : "")}."),
            _ => JobLinks.All,
            PageUrl.Of(JobLinks.RetryAll, filter),
            needsWhy: true);
    }

    private static Task<IResult> WorkAsync(HttpContext http, bool paused) => http.SendAsync(
        (form, why) => new ChangePause.Command(form.Text("scope"), form.Text("subject"), paused, why),
        _ => paused ? "Paused. What runs goes on; nothing of it is begun." : "Resumed.",
        _ => JobLinks.Pauses,
        paused ? JobLinks.PauseWork : JobLinks.Pauses,
        needsWhy: paused);
}
