using System.Globalization;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Mappings;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Host.Console.Unmatched;

/// <summary>The forms and files of the pages about entities without a ride.</summary>
internal static class UnmatchedActions
{
    public static void MapUnmatchedActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms(UnmatchedLinks.Actions);
        forms.MapForm("/{id:int}/resolve", ResolveAsync);
        forms.MapForm("/{id:int}/reopen", ReopenAsync);
        forms.MapForm("/bulk", BulkAsync);
        forms.MapPost("/mappings", (Delegate)UploadAsync).WithMetadata(new RequestSizeLimitAttribute(CsvFile.MaxBytes));
        app.MapGet(UnmatchedLinks.Export, ExportAsync).ExcludeFromDescription();
        app.MapGet(UnmatchedLinks.MappingsFile, MappingsAsync).ExcludeFromDescription();
    }

    private static Task<IResult> ResolveAsync(int id, HttpContext http) =>
        SendAsync(id, http, (form, why) => new ResolveUnmatched.Command(id, form.Text("action"), Number(form.Text("ride_id")), why), Told);

    private static string Told(ResolveUnmatched.Result result)
    {
        var replay = result.Replay;
        var days = replay switch
        {
            { ImportId: null } => "",
            { RowsAdded: { } added } => string.Create(CultureInfo.InvariantCulture, $" Import {replay.ImportId} has read {replay.Days} days again and added {added} rows."),
            _ => string.Create(CultureInfo.InvariantCulture, $" Import {replay.ImportId} of {replay.Days} days is {replay.Status}."),
        };
        var without = replay.DaysWithoutRaw > 0
            ? string.Create(CultureInfo.InvariantCulture, $" {replay.DaysWithoutRaw} days have no raw object; import them again.")
            : "";
        var ride = result.RideId is { } id ? string.Create(CultureInfo.InvariantCulture, $", ride {id}") : "";
        return $"It is {result.Status}{ride}.{days}{without}";
    }

    private static Task<IResult> ReopenAsync(int id, HttpContext http) =>
        SendAsync(id, http, (_, why) => new ReopenUnmatched.Command(id, why), result => $"It is {result.Status}: it waits for a word again.");

    // Whatever comes of it, the entity is shown again, in the list it was found in.
    private static async Task<IResult> SendAsync<T>(int id, HttpContext http, Func<IFormCollection, string?, IRequest<Outcome<T>>> command, Func<T, string> done)
    {
        var back = UnmatchedLinks.Of(id, TriageList.Of(await http.Request.ReadFormAsync(http.RequestAborted)));
        return await http.SendAsync(command, done, _ => back, back, needsWhy: true);
    }

    private static async Task<IResult> BulkAsync(HttpContext http, IMediator mediator, Flash flash)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var list = PageUrl.Of(UnmatchedLinks.All, TriageList.Of(form).Parameters);
        var why = form.Text(ConsoleForms.Why);
        if (why is null or { Length: > ConsoleForms.LongestWhy })
        {
            flash.Failed(http, $"Not done: say why, in {ConsoleForms.LongestWhy} characters at most.");
            return SeeOther.To(list);
        }

        var ids = (form.Text("ids") ?? "").Split(',').Select(Number).OfType<int>().ToList();
        var outcome = await mediator.Send(
            new ResolveManyUnmatched.Command(ids, form.Text("action"), Number(form.Text("min_score")), why), http.RequestAborted);
        if (outcome.Failure is { } failure)
        {
            flash.Failed(http, $"Not done: {failure.Message}");
            return SeeOther.To(list);
        }

        http.Features.Set(outcome.Value);
        return new RazorComponentResult<BulkDonePage>(new { Back = list });
    }

    private static async Task<IResult> UploadAsync(HttpContext http, IMediator mediator, Flash flash)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var why = form.Text(ConsoleForms.Why);
        if (form.Files.GetFile("file") is not { Length: > 0 } file || why is null or { Length: > ConsoleForms.LongestWhy })
        {
            flash.Failed(http, $"Not done: choose a file, and say why in {ConsoleForms.LongestWhy} characters at most.");
            return SeeOther.To(UnmatchedLinks.Mappings);
        }

        await using var csv = file.OpenReadStream();
        var outcome = await mediator.Send(new PutMappings.Command(csv, why), http.RequestAborted);
        if (outcome.Failure is { } failure)
        {
            flash.Failed(http, $"Not done: {failure.Message}");
            return SeeOther.To(UnmatchedLinks.Mappings);
        }

        http.Features.Set(outcome.Value);
        return new RazorComponentResult<MappingsDonePage>();
    }

    private static async Task<IResult> ExportAsync(HttpContext http, IMediator mediator, Flash flash)
    {
        var list = TriageList.Of(new PageUrl(http.Request));
        var outcome = await mediator.Send(new ExportUnmatched.Query(list.DestinationId, list.Status, list.Text, list.Sort), http.RequestAborted);
        if (outcome.Failure is { } failure)
        {
            flash.Failed(http, failure.Message);
            return SeeOther.To(PageUrl.Of(UnmatchedLinks.All, list.Parameters));
        }

        return Results.Stream(
            stream => UnmatchedCsv.WriteAsync(stream, outcome.Value, http.RequestAborted), CsvFile.ContentType + "; charset=utf-8", UnmatchedCsv.FileName);
    }

    private static async Task<IResult> MappingsAsync(HttpContext http, IMediator mediator)
    {
        var mappings = await mediator.Send(new GetMappings.Query(), http.RequestAborted);
        return Results.Stream(stream => MappingCsv.WriteAsync(stream, mappings, http.RequestAborted), CsvFile.ContentType + "; charset=utf-8", "mappings.csv");
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
