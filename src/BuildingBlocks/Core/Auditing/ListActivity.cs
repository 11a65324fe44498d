using System.Globalization;
using System.Text.Json;
using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>The audit log, newest first unless asked otherwise.</summary>
internal static class ListActivity
{
    // Newest first walks the primary key, and by who or action an index of theirs; any other order sorts what matches.
    private static readonly SortWords Sorts = new("audit_id", "-at", ("at", "audit_id"), ("who", "who"), ("action", "action"));

    /// <param name="From">The first UTC day, <c>yyyy-MM-dd</c>.</param>
    /// <param name="To">The last one, whole.</param>
    /// <param name="Text">In what it was done to, the reason or the details; or the correlation id.</param>
    internal sealed record Query(
        int? Limit,
        int? Offset,
        string? Who = null,
        string? Action = null,
        string? Door = null,
        string? From = null,
        string? To = null,
        string? Text = null,
        string? Sort = null) : IRequest<Outcome<Page<Entry>>>, IPaged;

    internal sealed record Entry(
        ulong AuditId,
        DateTime At,
        string Who,
        string Door,
        string Action,
        string? Subject,
        JsonElement? Details,
        string? Why,
        string? CorrelationId);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/audit", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListActivity))
            .WithSummary("Who did what, when, through which door, newest first or by sort; by who, action, door, from and to (UTC days) and text.")
            .Produces<Page<Entry>>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    // A string, so that a page which passes on what somebody typed is answered like any other caller.
    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Door).MustBeNameOf<Query, Door>();
            RuleFor(q => q.Sort).MustBeOneOf(Sorts);
            RuleFor(q => q.Text).MaximumLength(200);
            RuleFor(q => q.From).Must(day => day is null || Day(day) is not null).WithMessage("{PropertyName} must be a date as yyyy-MM-dd; got '{PropertyValue}'.");
            RuleFor(q => q.To).Must(day => day is null || Day(day) is not null).WithMessage("{PropertyName} must be a date as yyyy-MM-dd; got '{PropertyValue}'.");
            RuleFor(q => q.To).Must((query, _) => !(Day(query.To) < Day(query.From))).WithMessage("to must not be before from.");
        }
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider time) : IRequestHandler<Query, Outcome<Page<Entry>>>
    {
        public async Task<Outcome<Page<Entry>>> Handle(Query request, CancellationToken cancellationToken)
        {
            var asked = new
            {
                request.Who,
                request.Action,
                request.Door,
                From = Day(request.From)?.ToDateTime(TimeOnly.MinValue),
                Until = Day(request.To) is { } to && to < DateOnly.MaxValue ? to.AddDays(1).ToDateTime(TimeOnly.MinValue) : (DateTime?)null,
                request.Text,
                Limit = request.LimitOrDefault(),
                Offset = request.OffsetOrDefault(),
            };
            await using var connection = await database.OpenAsync(cancellationToken);
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, asked, cancellationToken: cancellationToken));
            var page = $"{Read} {Filter} {Sorts.OrderBy(request.Sort)} LIMIT @Limit OFFSET @Offset";
            var rows = await connection.QueryAsync<Row>(new CommandDefinition(page, asked, cancellationToken: cancellationToken));

            var entries = rows.Select(ToEntry).ToList();
            return new Page<Entry>(entries, new PageMetadata(entries.Count, total, time.GetUtcNow().UtcDateTime));
        }

        private static Entry ToEntry(Row row)
        {
            JsonElement? details = row.Details is null ? null : JsonElement.Parse(row.Details);
            return new Entry(row.AuditId, row.At, row.Who, row.Door, row.Action, row.Subject, details, row.Why, row.CorrelationId);
        }

        private sealed record Row(
            ulong AuditId, DateTime At, string Who, string Door, string Action, string? Subject, string? Details, string? Why, string? CorrelationId);

        private const string Filter = """
            FROM activity_log
            WHERE (@Who IS NULL OR who = @Who) AND (@Action IS NULL OR action = @Action) AND (@Door IS NULL OR door = @Door)
              AND (@From IS NULL OR at >= @From) AND (@Until IS NULL OR at < @Until)
              AND (@Text IS NULL OR LOCATE(@Text, subject) > 0 OR LOCATE(@Text, why) > 0 OR LOCATE(@Text, details) > 0 OR correlation_id = @Text)
            """;

        private const string Count = $"SELECT COUNT(*) {Filter}";

        private const string Read = """
            SELECT audit_id AS AuditId,
                   at AS At,
                   who AS Who,
                   door AS Door,
                   action AS Action,
                   subject AS Subject,
                   details AS Details,
                   why AS Why,
                   correlation_id AS CorrelationId
            """;
    }
}
