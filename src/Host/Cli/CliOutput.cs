using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

/// <summary>Standard output holds the result and nothing else; errors go to standard error, or with <c>--json</c> as the API's envelope to standard output.</summary>
internal sealed class CliOutput(TextWriter output, TextWriter error, bool json, bool quiet)
{
    public bool Json { get; } = json;

    /// <summary>True when a person watches: colours, tables with borders, bars.</summary>
    public bool IsTerminal { get; } = !json && !quiet && ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;

    /// <summary>The result as one line of JSON, or as <paramref name="people"/> writes it; nothing when quiet.</summary>
    public void Result(object value, Action people)
    {
        if (Json)
        {
            output.WriteLine(JsonSerializer.Serialize(value, ApiJson.Options));
        }
        else if (!quiet)
        {
            people();
        }
    }

    /// <summary>For people only.</summary>
    public void Line(string text)
    {
        if (!Json && !quiet)
        {
            output.WriteLine(text);
        }
    }

    /// <summary>Borders on a terminal; else one line per row, fields set apart by tabs, so that <c>cut</c> and <c>awk</c> can read it.</summary>
    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (IsTerminal)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns([.. headers]);
            foreach (var row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
            return;
        }

        Line(string.Join('\t', headers));
        foreach (var row in rows)
        {
            Line(string.Join('\t', row));
        }
    }

    public void Failure(Failure failure)
    {
        if (Json)
        {
            output.WriteLine(JsonSerializer.Serialize(new { error = new { failure.Code, failure.Message, failure.Details } }, ApiJson.Options));
        }
        else
        {
            error.WriteLine($"{failure.Message} ({failure.Code})");
            error.WriteLine($"See docs/runbook.md#{failure.Code.ToLowerInvariant()}");
        }
    }

    public static string Instant(DateTime? utc) => utc?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
