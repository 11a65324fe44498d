using System.Text.Json;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>Days the live collector has written too. Source 1 is live, 2 the archive.</summary>
public sealed class OverlapTests
{
    private const string Rows = "SELECT CONCAT(DATE_FORMAT(recorded_at, '%d %H:%i'), ' ', wait_minutes, ' ', data_source) FROM ride_status_snapshots ORDER BY recorded_at";
    private const string Ledger = "SELECT data_source, row_count FROM snapshot_days WHERE utc_day = '2024-06-10' ORDER BY data_source";
    private static readonly DateOnly Day = new(2024, 6, 10);

    [Fact]
    public async Task Replace_takes_the_archives_day_and_a_second_run_changes_nothing()
    {
        await using var host = await LiveDayAsync();

        var import = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, overlap = "REPLACE" });

        (await host.QueryAsync<string>(Rows)).ShouldBe(["10 10:00 50 2", "10 11:00 60 2"]);
        (await host.QueryAsync<(int, int)>(Ledger)).ShouldBe([(1, 0), (2, 2)]);
        import.Progress("records_replaced").ShouldBe(2);

        var again = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, overlap = "REPLACE", refetch = true });
        (again.Progress("days_changed"), again.Progress("records_replaced")).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Fill_keeps_live_rows_and_lets_them_win_on_equal_instants()
    {
        await using var host = await LiveDayAsync();

        var import = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, overlap = "FILL" });

        (await host.QueryAsync<string>(Rows)).ShouldBe(["10 10:00 5 1", "10 10:30 6 1", "10 11:00 60 2"]);
        (await host.QueryAsync<(int, int)>(Ledger)).ShouldBe([(1, 2), (2, 1)]);
        var file = (await host.FilesAsync(import.Text("import_id")))[HandArchive.Key(Day)];
        (file.Number("events"), file.Number("records"), file.Number("kept_live"), file.Number("replaced")).ShouldBe((2, 1, 1, 0));

        var again = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, overlap = "FILL", refetch = true });
        again.Progress("days_changed").ShouldBe(0);
        (await host.QueryAsync<string>(Rows)).Count.ShouldBe(3);

        var replaced = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, overlap = "REPLACE", refetch = true });
        replaced.Progress("records_replaced").ShouldBe(3);
        (await host.QueryAsync<string>(Rows)).ShouldBe(["10 10:00 50 2", "10 11:00 60 2"]);
    }

    [Fact]
    public async Task A_few_minutes_of_a_neighbours_file_never_erase_a_live_day()
    {
        await using var host = await LiveDayAsync();
        File.Delete(Path.Combine(host.Archive, HandArchive.Key(Day)));
        HandArchive.Put(host.Archive, Day.AddDays(-1), HandArchive.Event("2024-06-09T20:00:00Z", 40), HandArchive.Event("2024-06-10T00:30:00Z", 45), HandArchive.Event("2024-06-10T10:00:00Z", 46));

        await host.ImportAsync(new { destination_uuid = HandArchive.Destination, overlap = "REPLACE" });

        (await host.QueryAsync<string>(Rows)).ShouldBe(["09 20:00 40 2", "10 00:30 45 2", "10 10:00 5 1", "10 10:30 6 1"]);

        // The day's own file comes later: now the archive knows the day.
        HandArchive.Put(host.Archive, Day, HandArchive.Event("2024-06-10T10:00:00Z", 50), HandArchive.Event("2024-06-10T11:00:00Z", 60));
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination, overlap = "REPLACE" });
        (await host.QueryAsync<string>(Rows)).ShouldBe(["09 20:00 40 2", "10 00:30 45 2", "10 10:00 50 2", "10 11:00 60 2"]);
    }

    /// <summary>The archive knows 10:00 and 11:00 of a ride's day, live collection 10:00 and 10:30; nothing is imported yet.</summary>
    private static async Task<ImportHost> LiveDayAsync()
    {
        var host = await ImportHost.StartEmptyAsync();
        HandArchive.Put(host.Archive, Day, HandArchive.Event("2024-06-10T10:00:00Z", 50), HandArchive.Event("2024-06-10T11:00:00Z", 60));
        JsonElement first = await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        await host.ForgetAsync();
        var (ride, park) = (await host.QueryAsync<(int, int)>("SELECT ride_id, park_id FROM rides")).Single();
        await host.WriteLiveAsync(first.Number("destination_id"), new RideRef(ride, park), Day, ("2024-06-10T10:00:00Z", 5), ("2024-06-10T10:30:00Z", 6));
        return host;
    }
}
