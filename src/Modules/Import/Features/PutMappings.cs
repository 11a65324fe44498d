using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Mappings;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Features;

/// <summary>
/// Takes an operator's mapping file. The rows of one upstream id replace all that was mapped for it; ids the file does not name keep theirs.
/// Rows already imported move when their days are imported again.
/// </summary>
internal static class PutMappings
{
    internal sealed record Command(Stream Csv, string? Why = null) : IRequest<Outcome<Result>>;

    internal sealed record Result(int Created, int Updated, int Unchanged, IReadOnlyList<MappingRejection> Rejected);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPut("/mappings", Handle)
            .Accepts<string>(CsvFile.ContentType)
            .WithMetadata(new RequestSizeLimitAttribute(CsvFile.MaxBytes))
            .WithName(nameof(PutMappings))
            .WithSummary("Maps upstream ids to rides from a CSV file: uuid, ride_id or name and park, valid_from, valid_to (exclusive).")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);

        private static async Task<IResult> Handle(HttpRequest request, [FromQuery] string? why, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(request.Body, why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(1000);
    }

    internal sealed class Handler(IRideMappings mappings, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await CsvFile.ReadBodyAsync(request.Csv, cancellationToken) is not { } bytes)
            {
                return new Failure("BODY_TOO_LARGE", StatusCodes.Status413PayloadTooLarge, $"A mapping file has at most {CsvFile.MaxBytes >> 20} MiB.");
            }

            var read = MappingCsv.Read(bytes.Span);
            if (read.Failure is { } unusable)
            {
                return unusable;
            }

            var report = await mappings.ApplyAsync(read.Value.Rows, cancellationToken);
            var rejected = report.Rejected.Concat(read.Value.Rejected).OrderBy(rejection => rejection.Line).ToList();

            await audit.RecordAsync(
                "import.map",
                null,
                new { created = report.Created, updated = report.Updated, unchanged = report.Unchanged, rejected = rejected.Count },
                request.Why,
                cancellationToken);
            return new Result(report.Created, report.Updated, report.Unchanged, rejected);
        }
    }
}
