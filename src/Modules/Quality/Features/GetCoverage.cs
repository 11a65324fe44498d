using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Features;

/// <summary>
/// Which UTC days of a park are held. Asks the ledger and the records of the imports, never raw rows: ten years take milliseconds.
/// </summary>
internal static class GetCoverage
{
    private const int MaxDays = 3660;
    private const int DefaultDays = 30;

    internal sealed record Query(
        [FromQuery(Name = "park_id")] int? ParkId,
        [FromQuery(Name = "start_date")] DateOnly? StartDate,
        [FromQuery(Name = "end_date")] DateOnly? EndDate) : IRequest<Outcome<Result>>;

    internal sealed record Result(Coverage Coverage, IReadOnlyList<Day> DailyBreakdown);

    internal sealed record Coverage(
        int ParkId, string? ParkName, Range DateRange, int TotalDays, int DaysWithData, double CoveragePercent, IReadOnlyList<DateOnly> MissingDays);

    internal sealed record Range(DateOnly Start, DateOnly End);

    /// <summary>
    /// Sources: LIVE, ARCHIVE, LIVE+ARCHIVE; null without data. An archived day is covered whole, however few changes it has: then no count is
    /// expected. A day whose file was read and had nothing of the park has 0 snapshots and is covered. Of live days the most rows of a day within
    /// two weeks is expected; null without such a day.
    /// </summary>
    internal sealed record Day(DateOnly Date, long SnapshotsCount, long? ExpectedCount, double? CoveragePercent, string? DataSource);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/coverage", Handle)
            .WithName(nameof(GetCoverage))
            .WithSummary("The UTC days of a park that are held, with their rows; the last 30 days unless start_date and end_date say otherwise.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.ParkId).NotNull().WithMessage("park_id is required.");
            RuleFor(q => q.EndDate).GreaterThanOrEqualTo(q => q.StartDate).When(q => q.StartDate is not null && q.EndDate is not null);
            RuleFor(q => q.EndDate)
                .Must((q, end) => end!.Value.DayNumber - q.StartDate!.Value.DayNumber < MaxDays)
                .When(q => q.StartDate is not null && q.EndDate is not null)
                .WithMessage($"end_date must be at most {MaxDays - 1} days after start_date.");
        }
    }

    internal sealed class Handler(MySqlDatabase database, ICatalogue catalogue, IArchiveState archive, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        private const int Around = 14;

        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var parkId = request.ParkId!.Value;
            if (await catalogue.FindDestinationOfParkAsync(parkId, cancellationToken) is not { } destination)
            {
                return Failure.NotFound("PARK_NOT_FOUND", $"There is no park {parkId}.");
            }

            var park = (await catalogue.ListParksAsync(destination.DestinationId, cancellationToken)).Single(p => p.ParkId == parkId);
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            var end = request.EndDate ?? (request.StartDate is { } from && from.AddDays(MaxDays - 1) < today ? from.AddDays(MaxDays - 1) : today);
            var start = request.StartDate ?? end.AddDays(1 - DefaultDays);
            if (start > end)
            {
                return Failure.Validation("start_date", "start_date must not be in the future.");
            }

            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = (await connection.QueryAsync<(DateOnly Day, DataSource Source, long Rows)>(new CommandDefinition(
                SelectDays, new { ParkId = parkId, First = start.AddDays(-Around), Last = end.AddDays(Around) }, cancellationToken: cancellationToken)))
                .ToLookup(r => r.Day);
            var read = (await archive.DaysAsync(destination.Uuid, cancellationToken)).Where(d => d.IsHeld).Select(d => d.Day).ToHashSet();
            var live = rows.SelectMany(d => d).Where(r => r.Source == DataSource.Live).ToDictionary(r => r.Day, r => r.Rows);
            var days = new List<Day>(end.DayNumber - start.DayNumber + 1);
            for (var day = start; day <= end; day = day.AddDays(1))
            {
                days.Add(Of(day, [.. rows[day]], read.Contains(day), live));
            }

            var missing = days.Where(d => d.DataSource is null).Select(d => d.Date).ToList();
            return new Result(
                new Coverage(
                    parkId, park.Name, new Range(start, end), days.Count, days.Count - missing.Count, Math.Round(100.0 * (days.Count - missing.Count) / days.Count, 2), missing),
                days);
        }

        private static Day Of(DateOnly day, (DateOnly Day, DataSource Source, long Rows)[] held, bool isRead, Dictionary<DateOnly, long> live)
        {
            var count = held.Sum(r => r.Rows);
            var hasArchive = isRead || held.Any(r => r.Source is DataSource.Archive or DataSource.Legacy);
            var hasLive = held.Any(r => r.Source == DataSource.Live);
            if (hasArchive)
            {
                return new Day(day, count, null, 100.0, hasLive ? "LIVE+ARCHIVE" : "ARCHIVE");
            }

            long? expected = null;
            for (var other = day.AddDays(-Around); other <= day.AddDays(Around); other = other.AddDays(1))
            {
                expected = live.TryGetValue(other, out var rows) && !(rows <= expected) ? rows : expected;
            }

            double? percent = expected is > 0 ? Math.Round(100.0 * count / expected.Value, 2) : null;
            return hasLive ? new Day(day, count, expected, percent, "LIVE") : new Day(day, 0, expected, 0.0, null);
        }

        private const string SelectDays =
            """
            SELECT utc_day, data_source, row_count
            FROM v_ledger
            WHERE park_id = @ParkId
              AND utc_day >= @First
              AND utc_day <= @Last
              AND row_count > 0
            """;
    }
}
