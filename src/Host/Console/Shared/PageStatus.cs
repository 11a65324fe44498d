namespace ThemePark.Host.Console.Shared;

internal static class PageStatus
{
    /// <summary>The status of the page that is being rendered. Set when it is sent: one that is 404 before that, the framework leaves to others, without its text.</summary>
    public static void AnswerWith(this HttpContext http, int status) => http.Response.OnStarting(() =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    });
}
