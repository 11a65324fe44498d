using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>Archives that are not as they should be, or lose something on the way.</summary>
public sealed class OddArchiveTests
{
    private const string Waits = "SELECT wait_minutes FROM ride_status_snapshots ORDER BY recorded_at";
    private static readonly DateOnly Day = new(2024, 6, 10);

    [Fact]
    public async Task A_day_under_two_spellings_of_its_destination_is_imported_once_and_reported()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        HandArchive.Put(host.Archive, Day, HandArchive.Event("2024-06-10T10:00:00Z", 10));
        HandArchive.Put(host.Archive, Day.AddDays(2), HandArchive.Event("2024-06-12T10:00:00Z", 30));
        var upper = Path.Combine(host.Archive, HandArchive.Destination.ToUpperInvariant());
        Directory.CreateDirectory(Path.Combine(upper, "2024", "06"));
        await File.WriteAllTextAsync(Path.Combine(upper, "2024", "06", "10.json.gz"), $"[{HandArchive.Event("2024-06-10T10:00:00Z", 11)}]");
        await File.WriteAllTextAsync(Path.Combine(upper, "2024", "06", "11.json.gz"), $"[{HandArchive.Event("2024-06-11T10:00:00Z", 20)}]");

        var import = await host.ImportAsync(new { destination_uuid = HandArchive.Destination });

        (import.Text("status"), import.Progress("files_done"), import.Progress("files_skipped")).ShouldBe(("COMPLETED", 3, 1));
        (await host.QueryAsync<short>(Waits)).ShouldBe([10, 20, 30]);
        var quality = await host.GetAsync($"/quality/{import.Text("import_id")}");
        quality.GetProperty("quality_metrics").Number("gaps_detected").ShouldBe(0);
    }

    [Fact]
    public async Task A_linked_file_that_leads_out_of_the_archive_leaves_a_gap()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        foreach (var n in (int[])[0, 2])
        {
            HandArchive.Put(host.Archive, Day.AddDays(n), HandArchive.Event($"2024-06-{10 + n}T10:00:00Z", 10));
        }

        File.CreateSymbolicLink(Path.Combine(host.Archive, HandArchive.Key(Day.AddDays(1))), "/etc/hostname");

        var import = await host.ImportAsync(new { destination_uuid = HandArchive.Destination });

        (await host.FilesAsync(import.Text("import_id")))[HandArchive.Key(Day.AddDays(1))].Text("reason").ShouldBe("LINK_REFUSED");
        var gap = (await host.GetAsync($"/quality/{import.Text("import_id")}")).GetProperty("gap_analysis").EnumerateArray().ShouldHaveSingleItem();
        (gap.Text("start_date"), gap.Text("end_date"), gap.Text("reason")).ShouldBe(("2024-06-11", "2024-06-11", "INVALID_DATA"));
    }

    [Fact]
    public async Task A_day_that_needs_a_file_nobody_has_any_more_is_left_as_it_is()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        HandArchive.Put(host.Archive, Day, HandArchive.Event("2024-06-10T10:00:00Z", 10), HandArchive.Event("2024-06-11T00:30:00Z", 15));
        HandArchive.Put(host.Archive, Day.AddDays(1), HandArchive.Event("2024-06-11T10:00:00Z", 20));
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        var raw = Path.Combine(Path.GetDirectoryName(host.Archive)!, "raw");
        Directory.EnumerateFiles(raw, "2024-06-11.*", SearchOption.AllDirectories).ToList().ForEach(File.Delete);
        HandArchive.Put(host.Archive, Day, HandArchive.Event("2024-06-10T10:00:00Z", 11), HandArchive.Event("2024-06-11T00:30:00Z", 16));

        var import = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, end_date = "2024-06-10" });

        (import.Text("status"), import.GetProperty("errors").Text("kind")).ShouldBe(("FAILED", "IMPORT_FAILED"));
        var message = import.GetProperty("errors").Text("message");
        message.ShouldContain("2024-06-11");
        Runbook.ShouldExplain("IMPORT_FAILED", "… has rows on … and cannot be read again (…: …); the day is left as it is.", "import", message);
        (await host.QueryAsync<short>(Waits)).TakeLast(2).ShouldBe([15, 20]);

        // Fetched again, the day has all its files, and the failed import goes on.
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination, start_date = "2024-06-11", refetch = true });
        await host.PostAsync($"/resume/{import.Text("import_id")}", null);
        (await host.EndAsync(import.Text("import_id"))).Text("status").ShouldBe("COMPLETED");
        (await host.QueryAsync<short>(Waits)).ShouldBe([11, 16, 20]);
    }
}
