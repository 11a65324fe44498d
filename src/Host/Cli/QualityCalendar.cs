using System.CommandLine;
using System.Globalization;
using ThemePark.Host.Console.Calendar;
using ThemePark.Modules.Quality.Features;

namespace ThemePark.Host.Cli;

internal static class QualityCalendar
{
    private static readonly Option<DateOnly?> From = new("--from") { Description = "First UTC day. Default: 30 days before the last", HelpName = "DATE" };
    private static readonly Option<DateOnly?> To = new("--to") { Description = "Last UTC day. Default: today", HelpName = "DATE" };
    private static readonly Option<int?> Destination = new("--destination") { Description = "Only this destination, by id", HelpName = "ID" };

    public static Command Verb() => CommandTree.Verb(
        "calendar", $"Show which days of each destination are held, a letter a day: {CalendarWords.Legend}.", RunAsync, From, To, Destination);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new GetCalendar.Query(arguments.GetValue(From), arguments.GetValue(To), arguments.GetValue(Destination), null, null), ct);
        return context.Finish(outcome, calendar => context.Output.Result(calendar, () => context.Output.Table(
            ["id", "destination", string.Create(CultureInfo.InvariantCulture, $"{calendar.From:yyyy-MM-dd} to {calendar.To:yyyy-MM-dd}")],
            calendar.Destinations.Select(d => (IReadOnlyList<string>)
            [
                d.DestinationId.ToString(CultureInfo.InvariantCulture), d.DestinationName ?? d.DestinationUuid.ToString(), string.Concat(d.Days.Select(day => CalendarWords.Letter(day.State))),
            ]))));
    }
}
