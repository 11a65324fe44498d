using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Access;
using ThemePark.Host.Console.Audit;
using ThemePark.Host.Console.Jobs;
using ThemePark.Host.Console.Quality;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Lists;

/// <summary>Answers a page's address with <see cref="Parameter"/> as a file: the same filters and order, all pages of it. Stands behind the sign-in.</summary>
internal sealed class CsvExports(RequestDelegate next)
{
    public const string Parameter = "format";
    public const string Csv = "csv";

    private static readonly Dictionary<string, CsvExport> Exports =
        ((CsvExport[])[JobList.Export, IssueList.Export, GapList.Export, AuditList.Export]).ToDictionary(e => e.Path, StringComparer.OrdinalIgnoreCase);

    public async Task InvokeAsync(HttpContext http, IMediator mediator)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || http.Request.Query[Parameter] != Csv
            || !Exports.TryGetValue(http.Request.Path.ToString().TrimEnd('/'), out var export))
        {
            await next(http);
            return;
        }

        var outcome = await export.RowsAsync(mediator, new PageUrl(http.Request), http.RequestAborted);
        if (outcome.Failure is { } failure)
        {
            await ConsoleHeaders.Notice(failure.Status, "Not exported", failure.Message).ExecuteAsync(http);
            return;
        }

        // The writer does not write asynchronously all through, which the server insists on.
        using var buffer = new MemoryStream();
        await CsvFile.WriteAsync(buffer, export.Columns, outcome.Value, http.RequestAborted);
        http.Response.ContentType = CsvFile.ContentType + "; charset=utf-8";
        http.Response.ContentLength = buffer.Length;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{export.FileName}\"";
        buffer.Position = 0;
        await buffer.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
