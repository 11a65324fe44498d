using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Curation;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>
/// Takes an operator's file of tiers, categories and classes. An empty field takes a word back; columns and rides the file does not name keep theirs.
/// Tiers move the figures of parks at the next rollup.
/// </summary>
internal static class PutClassifications
{
    internal sealed record Command(Stream Csv) : IRequest<Outcome<Result>>;

    internal sealed record Result(int Updated, int Unchanged, IReadOnlyList<RideWordRejection> Rejected);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/metadata", "Metadata")
            .MapPut("/classifications", Handle)
            .Accepts<string>(CsvFile.ContentType)
            .WithMetadata(new RequestSizeLimitAttribute(CsvFile.MaxBytes))
            .WithName(nameof(PutClassifications))
            .WithSummary("Sets tier, category and indoor_outdoor of rides from a CSV file: ride_id, tier, category, indoor_outdoor.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);

        private static async Task<IResult> Handle(HttpRequest request, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(request.Body), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(RideWords words, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await CsvFile.ReadBodyAsync(request.Csv, cancellationToken) is not { } bytes)
            {
                return new Failure("BODY_TOO_LARGE", StatusCodes.Status413PayloadTooLarge, $"A file of classifications has at most {CsvFile.MaxBytes >> 20} MiB.");
            }

            var read = RideWordsCsv.Read(bytes.Span);
            if (read.Failure is { } unusable)
            {
                return unusable;
            }

            var report = await words.ApplyAsync(read.Value.Rows, cancellationToken);
            var rejected = report.Rejected.Concat(read.Value.Rejected).OrderBy(rejection => rejection.Line).ToList();

            await audit.RecordAsync(
                "metadata.classify", null, new { updated = report.Updated, unchanged = report.Unchanged, rejected = rejected.Count }, null, cancellationToken);
            return new Result(report.Updated, report.Unchanged, rejected);
        }
    }
}
