using System.Globalization;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Import.Features;

namespace ThemePark.Host.Console.Imports;

/// <summary>The forms of the import pages.</summary>
internal static class ImportActions
{
    /// <summary>Where the start form is sent.</summary>
    public const string StartPath = ConsoleSetup.Root + "/actions" + ImportLinks.Actions + "/start";

    public static void MapImportActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(ImportLinks.Actions);
        forms.MapForm("/start", StartAsync);
        forms.MapForm("/{id}/pause", (string id, HttpContext http) => http.SendAsync(
            (_, why) => new PauseImport.Command(id, why), result => $"It is {result.Status}.", _ => ImportLinks.Of(id), ImportLinks.Of(id)));
        forms.MapForm("/{id}/resume", (string id, HttpContext http) => http.SendAsync(
            (_, why) => new ResumeImport.Command(id, why), _ => "Resumed.", _ => ImportLinks.Of(id), ImportLinks.Of(id)));
        forms.MapForm("/{id}/retry", (string id, HttpContext http) => http.SendAsync(
            (_, why) => new RetryImport.Command(id, why),
            result => string.Create(CultureInfo.InvariantCulture, $"{result.FilesRetried} files are taken up again."),
            _ => ImportLinks.Of(id),
            ImportLinks.Of(id)));
        forms.MapForm("/{id}/cancel", (string id, HttpContext http) => http.SendAsync(
            (_, why) => new CancelImport.Command(id, why), result => result.Message, _ => ImportLinks.Of(id), ImportLinks.Cancel(id), needsWhy: true));
    }

    private static async Task<IResult> StartAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        string[] fields = ["destination_uuid", "start_date", "end_date", "dry_run", "refetch", "from_raw", "no_create", "overlap"];
        // What was filled in comes back with the form when it is refused.
        var again = PageUrl.Of(ImportLinks.Start, [.. fields.Select(name => (name, form.Text(name)))]);
        if (!Day(form.Text("start_date"), out var start) || !Day(form.Text("end_date"), out var end) || !Guid.TryParse(form.Text("destination_uuid"), out var destination))
        {
            http.RequestServices.GetRequiredService<Flash>().Failed(http, "Not done: choose a destination, and write days as 2026-01-31.");
            return SeeOther.To(again);
        }

        return await http.SendAsync(
            (_, _) => new StartImport.Command(
                DestinationUuid: destination,
                StartDate: start,
                EndDate: end,
                DryRun: form.Text("dry_run") is not null,
                Refetch: form.Text("refetch") is not null,
                FromRaw: form.Text("from_raw") is not null,
                CreateMissing: form.Text("no_create") is null,
                Overlap: form.Text("overlap")),
            _ => "Started.",
            import => ImportLinks.Of(import.ImportId),
            again);
    }

    private static bool Day(string? text, out DateOnly? day)
    {
        day = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        return text is null || day is not null;
    }
}
