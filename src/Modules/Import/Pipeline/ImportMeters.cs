using System.Diagnostics.Metrics;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>What this node's imports come to, file by file as each is committed. Dry runs write nothing and do not count.</summary>
internal sealed class ImportMeters
{
    private readonly Counter<long> _files;
    private readonly Counter<long> _events;

    public ImportMeters(IMeterFactory meters)
    {
        var meter = meters.Create("ThemePark.Import");
        _files = meter.CreateCounter<long>("themepark.import.files", "{file}", "Day files done with by outcome, and by reason unless they were imported.");
        _events = meter.CreateCounter<long>("themepark.import.events", "{event}", "Events of imported files by what became of them.");
    }

    public void Done(FileWork work)
    {
        _files.Add(1, KeyValuePair.Create<string, object?>("outcome", work.Outcome), KeyValuePair.Create<string, object?>("reason", work.Reason ?? ""));
        if (work.Outcome == FileOutcome.Imported)
        {
            Events("IMPORTED", work.Tally.Rows);
            Events("DUPLICATE", work.Tally.Duplicates);
            Events("KEPT_LIVE", work.Tally.KeptLive);
            Events("UNMATCHED", work.Tally.Unmatched);
            Events("REJECTED", work.Parsed!.Rejected);
            Events("PARK", work.Parsed.ParkEvents);
        }
    }

    private void Events(string fate, int events) => _events.Add(events, KeyValuePair.Create<string, object?>("outcome", fate));
}
