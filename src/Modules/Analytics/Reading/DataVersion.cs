using System.Globalization;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>A text that changes whenever an answer made of rollups and the catalogue could.</summary>
internal sealed class DataVersion(MySqlDatabase database, ICatalogue catalogue, TimeProvider clock, IDataCollectionProbe? collection = null)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Zones differ from UTC by whole quarters of an hour: local dates change at no other time.
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <param name="live">
    /// The answer also tells of live states, which are no part of the rollups. A poll is known by its slot only, so that what a second
    /// destination brings within the slot may show a minute late.
    /// </param>
    public async Task<string> ReadAsync(bool live, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (revisions, parks, at) = await RevisionsAsync(cancellationToken);
        var known = await catalogue.VersionAsync(cancellationToken);
        var version = string.Create(CultureInfo.InvariantCulture, $"{revisions}-{parks}-{at?.Ticks:x}-{known}-{now.UtcTicks / Quarter.Ticks}");
        if (!live)
        {
            return version;
        }

        var poll = collection is null ? null : await collection.ReadAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{version}-{poll?.LastCollection.Ticks:x}-{now.UtcTicks / Minute.Ticks}");
    }

    // A connection is given back before the next is asked for: who holds one while waiting for another can wait for ever.
    private async Task<(decimal? Sum, long Parks, DateTime? At)> RevisionsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<(decimal?, long, DateTime?)>(new CommandDefinition(SelectRevisions, cancellationToken: cancellationToken));
    }

    // The instant too: the figures of a park that are thrown away and made again begin to count anew.
    private const string SelectRevisions =
        """
        SELECT SUM(revision), COUNT(*), MAX(updated_at)
        FROM stats_parks
        """;
}
