using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Settings;

/// <summary>The forms about admin keys.</summary>
internal static class SettingsActions
{
    public static void MapSettingsActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(SettingsLinks.Actions);
        forms.MapForm("/keys", CreateAsync);
        forms.MapForm("/keys/{name}/revoke", (string name, HttpContext http) => http.SendAsync(
            (_, why) => new RevokeAdminKey.Command(name, why), key => $"Revoked {key.Name}.", _ => SettingsLinks.All, SettingsLinks.Revoke(name), needsWhy: true));
    }

    // The answer is the page itself: a key must be in no address, no cookie and no history.
    private static async Task<IResult> CreateAsync(HttpContext http, IMediator mediator, Flash flash)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var outcome = await mediator.Send(new CreateAdminKey.Command(form.Text("name"), form.Text(ConsoleForms.Why)), http.RequestAborted);
        if (outcome.Failure is { } failure)
        {
            flash.Failed(http, $"Not done: {failure.Message}");
            return SeeOther.To(SettingsLinks.All);
        }

        return new RazorComponentResult<NewKeyPage>(new { outcome.Value.Name, outcome.Value.Key });
    }
}
