using ThemePark.Host.Console.Access;
using ThemePark.Host.Console.Jobs;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Quality.Features;

namespace ThemePark.Host.Console.Quality;

/// <summary>The forms of the quality pages.</summary>
internal static class QualityActions
{
    public static void MapQualityActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(QualityLinks.Actions);
        forms.MapForm("/check", (HttpContext http) => http.SendAsync(
            (form, _) => new RequestCheck.Command(null, form.Text("depth")), _ => "Queued.", result => JobLinks.Of(result.JobId), QualityLinks.Summary));
        forms.MapForm("/issues/{logId:int}", UpdateAsync);
    }

    private static async Task<IResult> UpdateAsync(int logId, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // Back to the list as it was filtered.
        var back = SignIn.Local(form.Text("back") ?? QualityLinks.Issues);
        return await http.SendAsync(
            (_, why) => new UpdateIssue.Command(logId, form.Text("status"), why), issue => $"Issue {issue.LogId} is {issue.ResolutionStatus}.", _ => back, back);
    }
}
