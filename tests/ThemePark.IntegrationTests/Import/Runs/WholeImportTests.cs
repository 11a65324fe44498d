using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>Two destinations with everything ugly in them, imported once as a batch.</summary>
public sealed class WholeImport : IAsyncLifetime
{
    private readonly Dictionary<string, JsonElement> _files = [];

    internal ImportHost Host { get; private set; } = null!;

    internal Archive Archive { get; private set; } = null!;

    /// <summary>The answer to start-all.</summary>
    internal JsonElement Batch { get; private set; }

    /// <summary>Finished imports by destination UUID.</summary>
    internal Dictionary<string, JsonElement> Imports { get; } = [];

    /// <summary>File records by key.</summary>
    internal IReadOnlyDictionary<string, JsonElement> Files => _files;

    public async Task InitializeAsync()
    {
        Archive = await Archives.UglyAsync();
        Host = await ImportHost.StartAsync(Archive);
        Batch = await Host.PostAsync("/start-all", new { }, HttpStatusCode.Accepted);
        foreach (var import in Batch.GetProperty("imports").EnumerateArray())
        {
            Imports[import.Text("destination_uuid")] = await Host.EndAsync(import.Text("import_id"));
            foreach (var (key, file) in await Host.FilesAsync(import.Text("import_id")))
            {
                _files[key] = file;
            }
        }
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

public sealed class WholeImportTests(WholeImport whole) : IClassFixture<WholeImport>
{
    private ImportHost Host => whole.Host;

    private IEnumerable<FileReport> Readable => whole.Archive.Report.Files.Where(f => !f.Fails);

    [Fact]
    public void Every_destination_of_the_archive_is_imported_under_its_name()
    {
        whole.Imports.Keys.ShouldBe(whole.Archive.Report.Destinations.Select(d => d.Id), ignoreOrder: true);
        foreach (var destination in whole.Archive.Report.Destinations)
        {
            var import = whole.Imports[destination.Id];
            import.Text("destination_name").ShouldBe(destination.Name);
            import.Text("status").ShouldBe(whole.Archive.FilesOf(destination.Id).Any(f => f.Fails) ? "COMPLETED_WITH_ERRORS" : "COMPLETED");
            import.Text("batch_id").ShouldBe(whole.Batch.Text("batch_id"));
            import.Text("started_by").ShouldBe("tester");
            import.GetProperty("performance").GetProperty("elapsed_seconds").GetDouble().ShouldBeGreaterThan(0);
            import.GetProperty("performance").GetProperty("phase_seconds").EnumerateObject().Select(p => p.Name).ShouldBe(["list", "fetch", "read", "match", "encode", "write", "derive"]);
            import.GetProperty("accounts").Text("door").ShouldBe("API");
        }
    }

    [Fact]
    public void What_was_listed_is_imported_skipped_or_failed_and_nothing_else()
    {
        foreach (var destination in whole.Archive.Report.Destinations)
        {
            var import = whole.Imports[destination.Id];
            var skipped = whole.Archive.Report.Skipped.Count(s => s.Key.StartsWith(destination.Id, StringComparison.Ordinal));
            var files = whole.Archive.FilesOf(destination.Id).ToList();
            import.Progress("files_total").ShouldBe(files.Count + skipped);
            import.Progress("files_skipped").ShouldBe(skipped);
            import.Progress("files_failed").ShouldBe(files.Count(f => f.Fails));
            import.Progress("files_done").ShouldBe(files.Count(f => !f.Fails));
            import.GetProperty("progress").GetProperty("percent_complete").GetDouble().ShouldBe(100);
            import.GetProperty("errors").Number("count").ShouldBe(files.Count(f => f.Fails));
        }
    }

    [Fact]
    public void Every_event_of_every_file_is_accounted_for_as_the_generator_counted_it()
    {
        foreach (var expected in Readable)
        {
            var file = whole.Files[expected.Key];
            var parks = expected.Ugly.GetValueOrDefault(UglyEvent.ParkEntity);
            file.Text("status").ShouldBe("IMPORTED");
            (file.Number("events"), file.Number("duplicates"), file.Number("rejected"), file.Number("park_events"), file.Number("records"), file.Number("unmatched"))
                .ShouldBe((expected.Listed, expected.Duplicates, expected.Rejected, parks, expected.Good - parks, 0), $"{expected.Kind} {expected.Key}");
        }
    }

    [Fact]
    public void Broken_files_fail_with_their_reason()
    {
        var reasons = new Dictionary<UglyFile, string[]>
        {
            [UglyFile.Corrupt] = ["CORRUPT_FILE"],
            [UglyFile.Truncated] = ["TRUNCATED_FILE"],
            [UglyFile.Concatenated] = ["TRAILING_DATA"],
            [UglyFile.Empty] = ["EMPTY_FILE"],
            [UglyFile.NoEventsProperty] = ["MISSING_EVENTS"],
        };
        var broken = whole.Archive.Report.Files.Where(f => f.Fails).ToList();
        broken.Select(f => f.Kind!.Value).ShouldBe(reasons.Keys, ignoreOrder: true);
        foreach (var expected in broken)
        {
            var file = whole.Files[expected.Key];
            file.Text("status").ShouldBe("FAILED");
            reasons[expected.Kind!.Value].ShouldContain(file.Text("reason"));
            file.Text("error").ShouldNotBeNullOrEmpty();
            file.Number("records").ShouldBe(0);
            whole.Imports[expected.Destination].GetProperty("errors").GetProperty("latest").EnumerateArray()
                .Select(e => (e.Text("file"), e.Text("kind"))).ShouldContain((expected.Key, file.Text("reason")));
        }
    }

    [Fact]
    public async Task Nothing_of_a_broken_or_missing_day_is_stored()
    {
        foreach (var (destination, day) in whole.Archive.Report.Files.Where(f => f.Fails || f.Kind == UglyFile.NoEvents).Select(f => (f.Destination, f.Day))
            .Concat(whole.Archive.Report.Destinations.SelectMany(d => d.MissingDays.Select(day => (d.Id, day)))))
        {
            (await Host.ScalarAsync<long>(CountRows, new { Destination = destination, Day = day })).ShouldBe(0, $"{destination} {day}");
            (await Host.ScalarAsync<long>(CountLedger, new { Destination = destination, Day = day })).ShouldBe(0);
        }
    }

    [Fact]
    public void Objects_that_are_no_day_files_are_skipped_with_a_reason()
    {
        var inDestinations = whole.Archive.Report.Skipped.Where(s => s.Key.Length > 36 && Guid.TryParse(s.Key[..36], out _)).ToList();
        inDestinations.ShouldNotBeEmpty();
        foreach (var skipped in inDestinations)
        {
            var file = whole.Files[skipped.Key];
            file.Text("status").ShouldBe("SKIPPED");
            file.Text("reason").ShouldBe(skipped.Reason == "no such date" || skipped.Key.EndsWith("/1/5.json.gz", StringComparison.Ordinal) ? "BAD_DATE" : "NOT_A_DAY_FILE", skipped.Key);
        }
    }

    [Fact]
    public async Task Standby_readings_and_minutes_of_every_day_are_the_generators()
    {
        foreach (var expected in Readable)
        {
            var (readings, minutes) = (await Host.QueryAsync<(long, long)>(
                SumWaits, new { expected.Destination, expected.Day })).Single();
            (readings, minutes).ShouldBe((expected.StandbyReadings, expected.StandbyMinutes), $"{expected.Kind} {expected.Key}");
        }
    }

    [Fact]
    public async Task The_rows_lie_between_the_first_and_the_last_event_of_their_file()
    {
        foreach (var expected in Readable.Where(f => f.FirstEvent is not null && !f.Ugly.ContainsKey(UglyEvent.ParkEntity)))
        {
            var (first, last) = (await Host.QueryAsync<(DateTime, DateTime)>(
                Ends, new { expected.Destination, expected.Day })).Single();
            (first, last).ShouldBe((expected.FirstEvent!.Value.UtcDateTime, expected.LastEvent!.Value.UtcDateTime));
        }
    }

    [Fact]
    public async Task The_ledger_and_the_file_records_say_what_the_tables_hold()
    {
        var rows = await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots");
        var queues = await Host.ScalarAsync<long>("SELECT COUNT(*) FROM queue_data");
        var shows = await Host.ScalarAsync<long>("SELECT COUNT(*) FROM show_times");
        rows.ShouldBe(whole.Archive.Report.Good - Readable.Sum(f => f.Ugly.GetValueOrDefault(UglyEvent.ParkEntity)));
        (await Host.QueryAsync<(long, long, long)>("SELECT SUM(row_count), SUM(queue_count), SUM(show_count) FROM snapshot_days")).Single().ShouldBe((rows, queues, shows));
        whole.Files.Values.Sum(f => f.Number("records")).ShouldBe((int)rows);
        whole.Files.Values.Sum(f => f.Number("queue_records")).ShouldBe((int)queues);
        whole.Files.Values.Sum(f => f.Number("show_records")).ShouldBe((int)shows);
        whole.Imports.Values.Sum(i => i.Progress("records_imported")).ShouldBe((int)rows);
        shows.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_ledgers_counts_and_ends_are_those_of_every_parks_day()
    {
        var wrong = await Host.QueryAsync<string>(WrongLedger);
        wrong.ShouldBeEmpty();
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM snapshot_days WHERE row_count > 0")).ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Every_queue_type_has_rows_and_states_and_prices_are_kept()
    {
        (await Host.QueryAsync<int>("SELECT DISTINCT queue_type FROM queue_data ORDER BY 1")).ShouldBe([2, 3, 4, 5, 6]);
        (await Host.QueryAsync<string>("SELECT DISTINCT currency FROM queue_data WHERE price_minor > 0 ORDER BY 1")).ShouldContain("USD");
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM queue_data WHERE queue_type = 3 AND state = 1 AND return_start IS NOT NULL")).ShouldBeGreaterThan(0);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM queue_data WHERE queue_type = 5 AND group_start IS NOT NULL")).ShouldBeGreaterThan(0);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM queue_data WHERE state NOT BETWEEN 1 AND 5")).ShouldBe(0);
    }

    [Fact]
    public async Task Unknown_is_neither_zero_nor_closed()
    {
        // Flags: 1 status stated, 2 wait stated, 8 unknown status, 16 negative, 32 extreme, 64 implausible.
        var ugly = whole.Archive.Report.Ugly;
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 8")).ShouldBe(ugly[UglyEvent.UnknownStatus]);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 8 AND status IS NOT NULL")).ShouldBe(0);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE NOT flags & 1 AND status IS NOT NULL")).ShouldBe(0);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE NOT flags & 2 AND wait_minutes IS NOT NULL")).ShouldBe(0);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 2 AND wait_minutes IS NULL")).ShouldBeGreaterThan(0);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 16 AND wait_minutes IN (-1, -999)")).ShouldBe(ugly[UglyEvent.NegativeWait]);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 32 AND NOT flags & 64")).ShouldBe(ugly[UglyEvent.ExtremeWait]);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 64")).ShouldBe(ugly[UglyEvent.ImpossibleWait]);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 256")).ShouldBe(ugly[UglyEvent.OffsetMismatch]);
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 1024")).ShouldBe(ugly[UglyEvent.UnknownQueueType]);
    }

    [Fact]
    public async Task A_row_under_a_sibling_park_belongs_to_its_rides_own_and_is_flagged()
    {
        (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE flags & 512")).ShouldBe(
            whole.Archive.Report.Destinations.Where(d => d.Parks.Count > 1)
                .Sum(d => whole.Archive.FilesOf(d.Id).Sum(f => f.Ugly.GetValueOrDefault(UglyEvent.ParkMismatch))));
    }

    [Fact]
    public async Task Every_entity_has_a_ride_and_a_renamed_one_keeps_it()
    {
        var expected = whole.Archive.Report.Destinations.SelectMany(d => d.Entities).Except(whole.Archive.Report.Destinations.SelectMany(d => d.Parks.Select(p => p.Id))).ToList();
        var seen = await Host.QueryAsync<(Guid Uuid, uint? Ride)>("SELECT entity_uuid, ride_id FROM import_entities");
        seen.Select(s => s.Uuid.ToString()).ShouldBe(expected, ignoreOrder: true);
        seen.ShouldAllBe(s => s.Ride != null);
        foreach (var import in whole.Imports.Values)
        {
            import.GetProperty("matching").GetProperty("match_rate_percent").GetDouble().ShouldBe(100);
        }

        expected.Count.ShouldBeGreaterThan(50);
        foreach (var renamed in whole.Archive.Report.Destinations.SelectMany(d => d.Renamed).Where(r => expected.Contains(r.Id)))
        {
            (await Host.ScalarAsync<long>("SELECT COUNT(*) FROM rides WHERE uuid = @Id", new { renamed.Id })).ShouldBe(1);
        }
    }

    [Fact]
    public async Task The_quality_report_adds_up_and_names_every_kind_of_finding()
    {
        foreach (var destination in whole.Archive.Report.Destinations)
        {
            var report = await Host.GetAsync($"/quality/{whole.Imports[destination.Id].Text("import_id")}");
            var files = whole.Archive.FilesOf(destination.Id).ToList();
            var parks = files.Sum(f => f.Ugly.GetValueOrDefault(UglyEvent.ParkEntity));
            var metrics = report.GetProperty("quality_metrics");
            (metrics.Number("total_records"), metrics.Number("valid_records"), metrics.Number("invalid_records"), metrics.Number("duplicate_records"), metrics.Number("park_records"))
                .ShouldBe((files.Sum(f => f.Listed), files.Sum(f => f.Good) - parks, files.Sum(f => f.Rejected), files.Sum(f => f.Duplicates), parks));

            var gaps = report.GetProperty("gap_analysis").EnumerateArray().ToList();
            metrics.Number("gaps_detected").ShouldBe(gaps.Count);
            var days = gaps.SelectMany(g => Days(g).Select(d => (d, g.Text("reason")))).ToList();
            days.ShouldBe(
                files.Where(f => f.Fails).Select(f => (f.Day, "INVALID_DATA")).Concat(destination.MissingDays.Select(d => (d, "MISSING_ARCHIVE"))), ignoreOrder: true);
            gaps.Sum(g => g.GetProperty("gap_hours").GetDouble()).ShouldBe(24 * days.Count);

            var issues = report.GetProperty("validation_issues").EnumerateArray().ToDictionary(i => i.Text("issue_type"), i => i);
            int Ugly(params UglyEvent[] kinds) => kinds.Sum(k => files.Sum(f => f.Ugly.GetValueOrDefault(k)));
            issues["MISSING_FIELD"].Number("count").ShouldBe(Ugly(UglyEvent.MissingEntityId, UglyEvent.InvalidEntityId, UglyEvent.MissingEventTime));
            issues["INVALID_TIMESTAMP"].Number("count").ShouldBe(Ugly(UglyEvent.InvalidEventTime));
            issues["FUTURE_TIMESTAMP"].Number("count").ShouldBe(Ugly(UglyEvent.FutureEventTime));
            issues["UNKNOWN_STATUS"].Number("count").ShouldBe(Ugly(UglyEvent.UnknownStatus));
            issues["UNKNOWN_QUEUE_TYPE"].Number("count").ShouldBe(Ugly(UglyEvent.UnknownQueueType));
            issues["WAIT_TIME_OUT_OF_RANGE"].Number("count").ShouldBe(Ugly(UglyEvent.NegativeWait, UglyEvent.ExtremeWait, UglyEvent.ImpossibleWait));
            issues["UNKNOWN_STATUS"].Text("sample_record").ShouldContain("status");
            if (files.Any(f => f.Fails))
            {
                issues["CORRUPT_FILE"].Number("count").ShouldBe(files.Count(f => f.Fails));
            }
        }
    }

    private static IEnumerable<DateOnly> Days(JsonElement gap)
    {
        var last = DateOnly.ParseExact(gap.Text("end_date"), "yyyy-MM-dd", null);
        for (var day = DateOnly.ParseExact(gap.Text("start_date"), "yyyy-MM-dd", null); day <= last; day = day.AddDays(1))
        {
            yield return day;
        }
    }

    private const string OfDestinationsDay =
        """
        FROM ride_status_snapshots AS s
        INNER JOIN rides AS r
            ON r.ride_id = s.ride_id
        INNER JOIN parks AS p
            ON p.park_id = r.park_id
        INNER JOIN destinations AS d
            ON d.destination_id = p.destination_id
        WHERE d.uuid = @Destination
          AND s.recorded_at >= @Day
          AND s.recorded_at < @Day + INTERVAL 1 DAY
        """;

    private const string CountRows = $"SELECT COUNT(*) {OfDestinationsDay}";
    private const string SumWaits = $"SELECT COUNT(s.wait_minutes), COALESCE(SUM(s.wait_minutes), 0) {OfDestinationsDay}";
    private const string Ends = $"SELECT MIN(s.recorded_at), MAX(s.recorded_at) {OfDestinationsDay}";

    private const string CountLedger =
        """
        SELECT COUNT(*)
        FROM snapshot_days AS l
        INNER JOIN destinations AS d
            ON d.destination_id = l.destination_id
        WHERE d.uuid = @Destination
          AND l.utc_day = @Day
        """;

    private const string WrongLedger =
        """
        SELECT CONCAT(l.park_id, ' ', l.utc_day)
        FROM snapshot_days AS l
        LEFT JOIN (
            SELECT r.park_id, DATE(s.recorded_at) AS utc_day, COUNT(*) AS row_count, MIN(s.recorded_at) AS first_at, MAX(s.recorded_at) AS last_at
            FROM ride_status_snapshots AS s
            INNER JOIN rides AS r
                ON r.ride_id = s.ride_id
            GROUP BY r.park_id, DATE(s.recorded_at)) AS t
            ON t.park_id = l.park_id AND t.utc_day = l.utc_day
        WHERE NOT (l.row_count <=> t.row_count AND l.first_at <=> t.first_at AND l.last_at <=> t.last_at)
        """;
}
