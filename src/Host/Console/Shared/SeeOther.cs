namespace ThemePark.Host.Console.Shared;

/// <summary>The answer to a form: look there. Loading that page again does nothing twice.</summary>
internal static class SeeOther
{
    public static IResult To(string path) => new Answer(path);

    public static void Go(HttpContext http, string path)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = path;
    }

    private sealed class Answer(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            Go(httpContext, path);
            return Task.CompletedTask;
        }
    }
}
