using System.Globalization;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Import.Features;

namespace ThemePark.Host.Console.Imports;

/// <summary>The forms of the import pages.</summary>
internal static class ImportActions
{
    /// <summary>Where the start form is sent.</summary>
    public const string StartPath = ConsoleSetup.Root + "/actions" + ImportLinks.Actions + "/start";

    /// <summary>Where it is sent to be looked at first.</summary>
    public const string PreviewPath = ConsoleSetup.Root + "/actions" + ImportLinks.Actions + "/preview";

    /// <summary>Where the form to start all is sent.</summary>
    public const string StartAllPath = ConsoleSetup.Root + "/actions" + ImportLinks.Actions + "/start-all";

    private static readonly string[] Fields = ["destination_uuid", "start_date", "end_date", "dry_run", "refetch", "from_raw", "no_create", "overlap"];

    public static void MapImportActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(ImportLinks.Actions);
        forms.MapForm("/start", StartAsync);
        forms.MapForm("/preview", PreviewAsync);
        forms.MapForm("/start-all", StartAllAsync);
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
        // What was filled in comes back with the form when it is refused.
        var again = Again(ImportLinks.Start, form);
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

    // Changes nothing: it is a form for its fields, which the preview shares with the start.
    private static async Task<IResult> PreviewAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!Day(form.Text("start_date"), out _) || !Day(form.Text("end_date"), out _) || !Guid.TryParse(form.Text("destination_uuid"), out _))
        {
            http.RequestServices.GetRequiredService<Flash>().Failed(http, "No preview: choose a destination, and write days as 2026-01-31.");
            return SeeOther.To(Again(ImportLinks.Start, form));
        }

        return SeeOther.To(Again(ImportLinks.Start, form, ("preview", "on")));
    }

    private static async Task<IResult> StartAllAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var again = Again(ImportLinks.StartAll, form);
        if (!Day(form.Text("start_date"), out var start) || !Day(form.Text("end_date"), out var end))
        {
            http.RequestServices.GetRequiredService<Flash>().Failed(http, "Not done: write days as 2026-01-31.");
            return SeeOther.To(again);
        }

        return await http.SendAsync(
            (_, _) => new StartAllImports.Command(
                start,
                end,
                DryRun: form.Text("dry_run") is not null,
                Refetch: form.Text("refetch") is not null,
                FromRaw: form.Text("from_raw") is not null,
                CreateMissing: form.Text("no_create") is null),
            batch => string.Create(CultureInfo.InvariantCulture, $"{batch.Imports.Count} imports started, {batch.AlreadyRunning.Count} were under way already."),
            batch => ImportLinks.OfBatch(batch.BatchId),
            again);
    }

    private static string Again(string page, IFormCollection form, params (string, string?)[] more) =>
        PageUrl.Of(page, [.. Fields.Select(name => (name, form.Text(name))), .. more]);

    /// <summary>A day as forms write it; null when there is none. False when it is no day.</summary>
    public static bool Day(string? text, out DateOnly? day)
    {
        day = Days.Read(text);
        return text is null || day is not null;
    }
}
