using System.Globalization;
using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Lists;

/// <summary>A page's list as CSV.</summary>
/// <param name="path">The page.</param>
/// <param name="columns">As the API spells them.</param>
internal abstract class CsvExport(string path, IReadOnlyList<string> columns)
{
    public const int MostRows = 10_000;

    public string Path => path;

    public IReadOnlyList<string> Columns => columns;

    public string FileName => path[(path.LastIndexOf('/') + 1)..] + ".csv";

    /// <summary>The first <see cref="MostRows"/> rows of what the page is asked for.</summary>
    public abstract Task<Outcome<List<string?[]>>> RowsAsync(IMediator mediator, PageUrl url, CancellationToken ct);

    public static string? Text(DateTime? instant) => instant is { } at ? ApiJson.Instant(at) : null;

    public static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}

/// <param name="query">The page's own query for a piece of the list.</param>
/// <param name="rows">What it answers.</param>
/// <param name="id">Tells a row from all others: rows that come in meanwhile push others into the next piece.</param>
/// <param name="cells">A row.</param>
internal sealed class CsvExport<TResult, TRow>(
    string path,
    IReadOnlyList<string> columns,
    Func<PageUrl, int, int, IRequest<Outcome<TResult>>> query,
    Func<TResult, IReadOnlyList<TRow>> rows,
    Func<TRow, object> id,
    Func<TRow, string?[]> cells) : CsvExport(path, columns)
{
    public override async Task<Outcome<List<string?[]>>> RowsAsync(IMediator mediator, PageUrl url, CancellationToken ct)
    {
        var seen = new HashSet<object>();
        List<string?[]> all = [];
        for (var offset = 0; offset < MostRows; offset += Paging.MaxLimit)
        {
            var outcome = await mediator.Send(query(url, Paging.MaxLimit, offset), ct);
            if (outcome.Failure is { } failure)
            {
                return failure;
            }

            var piece = rows(outcome.Value);
            all.AddRange(piece.Where(row => seen.Add(id(row))).Select(cells));
            if (piece.Count < Paging.MaxLimit)
            {
                break;
            }
        }

        return all;
    }
}
