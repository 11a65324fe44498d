using MediatR;
using Microsoft.AspNetCore.Antiforgery;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Access;

namespace ThemePark.Host.Console.Shared;

/// <summary>What the forms of the pages are sent to: a command each, then back to a page that tells what became of it.</summary>
internal static class ConsoleForms
{
    public const string Why = "why";
    public const int LongestWhy = 500;

    /// <summary>Forms of <paramref name="prefix"/>, below <c>/console/actions</c>.</summary>
    public static RouteGroupBuilder MapForms(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGroup(ConsoleSetup.Root + "/actions" + prefix).AsForms();

    /// <summary>
    /// One form. Not <c>MapPost</c>: that takes a handler of the request alone for one that writes its answer itself, and drops the result.
    /// </summary>
    public static void MapForm(this RouteGroupBuilder group, string pattern, Delegate handler) => group.MapPost(pattern, handler);

    /// <summary>Everything posted to the group needs the token of a page of ours.</summary>
    public static RouteGroupBuilder AsForms(this RouteGroupBuilder group)
    {
        group.ExcludeFromDescription().WithMetadata(new RequireAntiforgeryTokenAttribute()).AddEndpointFilter(async (call, next) =>
            HttpMethods.IsPost(call.HttpContext.Request.Method) && call.HttpContext.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: true }
                ? ConsoleHeaders.Notice(
                    StatusCodes.Status400BadRequest, "Not done", "This form is not from a page of yours, or the page is too old. Open the page again and repeat it there.")
                : await next(call));
        return group;
    }

    /// <summary>
    /// Sends the command with the reason that was given, and goes to <paramref name="then"/> when it succeeded, to <paramref name="otherwise"/> when it was refused.
    /// </summary>
    /// <param name="needsWhy">Refuses an empty reason.</param>
    public static async Task<IResult> SendAsync<T>(
        this HttpContext http, Func<IFormCollection, string?, IRequest<Outcome<T>>> command, Func<T, string> done, Func<T, string> then, string otherwise, bool needsWhy = false)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var flash = http.RequestServices.GetRequiredService<Flash>();
        var why = form.Text(Why);
        if (why is null && needsWhy)
        {
            flash.Failed(http, "Not done: say why.");
            return SeeOther.To(otherwise);
        }

        if (why?.Length > LongestWhy)
        {
            flash.Failed(http, $"Not done: a reason has {LongestWhy} characters at most.");
            return SeeOther.To(otherwise);
        }

        var outcome = await http.RequestServices.GetRequiredService<IMediator>().Send(command(form, why), http.RequestAborted);
        if (outcome.Failure is { } failure)
        {
            flash.Failed(http, $"Not done: {failure.Message}");
            return SeeOther.To(otherwise);
        }

        flash.Done(http, done(outcome.Value));
        return SeeOther.To(then(outcome.Value));
    }

    /// <summary>A field of a form, trimmed; null when it is empty.</summary>
    public static string? Text(this IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
}
