using Dapper;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Unmatched;

/// <summary>One word on many entities: map to the best candidate of at least <c>min_score</c>, create, or ignore.</summary>
internal interface IBulkAction
{
    string? Action { get; }

    int? MinScore { get; }
}

internal sealed class BulkActionRules : AbstractValidator<IBulkAction>
{
    public BulkActionRules()
    {
        RuleFor(c => c.Action)
            .Must(a => Resolutions.TryParse(a, out var resolution) && resolution != Resolution.Alias)
            .WithMessage("action must be one of map, create, ignore; got '{PropertyValue}'.");
        RuleFor(c => c.MinScore).InclusiveBetween(1, 100);
        RuleFor(c => c.MinScore).NotNull().When(c => IsMap(c.Action)).WithMessage("min_score must be given with map.");
        RuleFor(c => c.MinScore).Null().When(c => !IsMap(c.Action)).WithMessage("min_score is for map only.");
    }

    private static bool IsMap(string? action) => Resolutions.TryParse(action, out var resolution) && resolution == Resolution.Map;
}

/// <summary>An entity and what is to be decided about it.</summary>
/// <param name="Score">Of the candidate it is mapped to.</param>
internal sealed record BulkChoice(Decision Decision, int DestinationId, string? Name, int? Score);

/// <summary>An entity that the word cannot be said of; without a name where upstream states none, or there is no such entity.</summary>
internal sealed record RefusedEntity(int UnmatchedId, string? Name, string Code, string Message)
{
    public static RefusedEntity Of(int unmatchedId, string? name, Failure failure) => new(unmatchedId, name, failure.Code, failure.Message);
}

/// <summary>Makes one decision per entity out of one word on many.</summary>
internal sealed class BulkDecisions(MySqlDatabase database)
{
    /// <summary>Entities at once.</summary>
    public const int Most = 200;

    public async Task<(List<BulkChoice> Chosen, List<RefusedEntity> Refused)> ChooseAsync(
        IReadOnlyCollection<int> ids, Resolution resolution, int? minScore, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(SelectEntities, new { Ids = ids.ToArray() }, cancellationToken: ct))).AsList();
        var refused = ids.Distinct().Except(rows.Select(r => r.UnmatchedId)).Select(id => RefusedEntity.Of(id, null, UnmatchedFailures.NotFound(id))).ToList();
        var chosen = new List<BulkChoice>();
        foreach (var row in rows)
        {
            var candidate = resolution == Resolution.Map ? Best(row, minScore!.Value) : Outcome<UnmatchedCandidate?>.FromValue(null);
            if (candidate.Failure is { } failure)
            {
                refused.Add(RefusedEntity.Of(row.UnmatchedId, row.Name, failure));
            }
            else
            {
                chosen.Add(new BulkChoice(
                    new Decision(row.UnmatchedId, resolution, candidate.Value?.RideId), row.DestinationId, row.Name, candidate.Value?.Score));
            }
        }

        return (chosen, refused);
    }

    // Two equally good ones are a question for a person.
    private static Outcome<UnmatchedCandidate?> Best(Row row, int minScore) => UnmatchedRecords.Candidates(row.Candidates) switch
    {
        [] => Refuse("NO_CANDIDATE", "No ride is like it."),
        [var best, ..] when best.Score < minScore => Refuse("NO_CANDIDATE", $"Its best candidate scores {best.Score}."),
        [var best, var second, ..] when best.Score == second.Score => Refuse("AMBIGUOUS", $"Rides {best.RideId} and {second.RideId} are equally like it."),
        [var best, ..] => best,
    };

    private static Failure Refuse(string code, string message) => new(code, StatusCodes.Status409Conflict, message);

    private sealed class Row
    {
        public int UnmatchedId { get; init; }
        public int DestinationId { get; init; }
        public string? Name { get; init; }
        public string Candidates { get; init; } = "[]";
    }

    private const string SelectEntities =
        """
        SELECT unmatched_id AS UnmatchedId, destination_id AS DestinationId, name AS Name, candidates AS Candidates
        FROM unmatched_entities
        WHERE unmatched_id IN @Ids
        ORDER BY unmatched_id
        """;
}
