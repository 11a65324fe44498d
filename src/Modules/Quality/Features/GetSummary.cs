using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Features;

/// <summary>How healthy the warehouse is, and the figures that say so.</summary>
internal static class GetSummary
{
    private static readonly Dictionary<string, TimeSpan> Periods = new(StringComparer.Ordinal)
    {
        ["last_24h"] = TimeSpan.FromDays(1),
        ["last_7d"] = TimeSpan.FromDays(7),
        ["last_30d"] = TimeSpan.FromDays(30),
    };

    internal sealed record Query(string? Period) : IRequest<Outcome<Result>>;

    internal sealed record Result(Overview Summary, Collected CollectionStats, Sources DataSources, Limits Thresholds);

    /// <summary>Null is unknown: nothing was ever polled. <c>reasons</c> say why it is not HEALTHY.</summary>
    internal sealed record Overview(
        string Period,
        string OverallHealth,
        IReadOnlyList<string> Reasons,
        double? CollectionUptimePercent,
        int? DataFreshnessMinutes,
        int GapsDetected,
        int IssuesOpen,
        int CriticalOpen,
        int WarningsOpen,
        DateTime? LastChecked);

    /// <summary>Snapshots expected: as many per slot as the good polls of the period brought on average.</summary>
    internal sealed record Collected(long SnapshotsCollected, long? SnapshotsExpected, double? CoveragePercent, int ParksTracked, int RidesTracked);

    internal sealed record Sources([property: System.Text.Json.Serialization.JsonPropertyName("LIVE")] Live Live, [property: System.Text.Json.Serialization.JsonPropertyName("ARCHIVE")] Archive Archive);

    internal sealed record Live([property: System.Text.Json.Serialization.JsonPropertyName("records_24h")] long Records24h, DateTime? LastCollection, string Status);

    internal sealed record Archive(long RecordsImported, DateTime? LastImport, string Status);

    /// <summary>Those of the configuration section Quality:Thresholds.</summary>
    internal sealed record Limits(
        int FreshMinutes, int StaleMinutes, int CriticalMinutes, double UptimeDegradedPercent, double UptimeCriticalPercent, int WarningsDegraded, int CriticalsCritical, int CheckStaleHours);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/summary", Handle)
            .WithName(nameof(GetSummary))
            .WithSummary("Overall health with its reasons, collection and sources; period last_24h (default), last_7d or last_30d.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Period)
            .Must(p => p is null || Periods.ContainsKey(p))
            .WithMessage($"period must be one of {string.Join(", ", Periods.Keys)}; got '{{PropertyValue}}'.");
    }

    internal sealed class Handler(
        HealthReader reader,
        ICollectionWatch watch,
        ILiveCollection live,
        ICatalogue catalogue,
        MySqlDatabase database,
        Microsoft.Extensions.Options.IOptions<QualityThresholds> thresholds,
        TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var name = request.Period ?? "last_24h";
            var period = Periods[name];
            var now = clock.GetUtcNow().UtcDateTime;
            var health = await reader.ReadAsync(period, cancellationToken);
            var polls = await watch.TotalsAsync(null, now - period, now, cancellationToken);
            var day = await watch.TotalsAsync(null, now.AddDays(-1), now, cancellationToken);
            var rides = (await live.StatesAsync(null, cancellationToken)).Count;
            long? expected = polls.Good == 0 ? null : (long)Math.Round((double)polls.Snapshots / polls.Good * polls.Slots);

            await using var connection = await database.OpenAsync(cancellationToken);
            var gaps = await connection.ExecuteScalarAsync<int>(new CommandDefinition(CountGaps, new { From = now - period }, cancellationToken: cancellationToken));
            var (rows, written) = await connection.QuerySingleAsync<(decimal?, DateTime?)>(new CommandDefinition(SumArchive, cancellationToken: cancellationToken));
            var limits = thresholds.Value;
            return new Result(
                new Overview(
                    name, health.Health.ToUpperSnake(), health.Reasons, health.UptimePercent, health.FreshnessMinutes, gaps, health.Open, health.OpenCritical, health.OpenWarning, health.CheckedAt),
                new Collected(
                    polls.Snapshots,
                    expected,
                    expected is > 0 ? Math.Round(100.0 * polls.Snapshots / expected.Value, 2) : null,
                    (await catalogue.ListParksAsync(null, cancellationToken)).Count,
                    rides),
                new Sources(
                    new Live(day.Snapshots, day.LastGood, Word(day.LastGood, now, limits)),
                    new Archive((long)(rows ?? 0), written, rows > 0 ? "OK" : "NO_DATA")),
                new Limits(
                    limits.FreshMinutes, limits.StaleMinutes, limits.CriticalMinutes, limits.UptimeDegradedPercent, limits.UptimeCriticalPercent, limits.WarningsDegraded, limits.CriticalsCritical, limits.CheckStaleHours));
        }

        private static string Word(DateTime? last, DateTime now, QualityThresholds limits) => last is not { } at ? "NO_DATA"
            : (now - at).TotalMinutes >= limits.CriticalMinutes ? "CRITICAL"
            : (now - at).TotalMinutes >= limits.StaleMinutes ? "STALE"
            : "OK";

        private const string CountGaps =
            """
            SELECT COUNT(*)
            FROM data_quality_log
            WHERE issue_type = 'GAP'
              AND is_present
              AND (timestamp_end IS NULL OR timestamp_end > @From)
            """;

        private const string SumArchive = "SELECT SUM(row_count), MAX(written_at) FROM v_ledger WHERE data_source = 2 AND row_count > 0";
    }
}
