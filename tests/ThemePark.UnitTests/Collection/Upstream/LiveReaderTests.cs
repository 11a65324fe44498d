using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Collection.Upstream;

public sealed class LiveReaderTests
{
    [Fact]
    public void Every_row_becomes_an_observation_at_the_instant_of_the_poll()
    {
        using var poll = LiveDocuments.Read(LiveDocuments.Rich());

        (poll.Rows, poll.Batch.RowCount, poll.Duplicates, poll.Quarantined).ShouldBe((7, 7, 0, 0));
        poll.Findings.ByType.ShouldBeEmpty();
        poll.Zone.ShouldBe("America/New_York");
        poll.Batch.Rows.ToArray().ShouldAllBe(r => r.Instant == LiveDocuments.Asked.Instant.ToUnixTimeMilliseconds());
        poll.Batch.Rows.ToArray().Select(r => r.Entity).ShouldBe(Enumerable.Range(0, 7));
        var first = poll.Entities[0];
        first.ShouldBe(new LiveEntity(LiveDocuments.Uuid(1), "Ride 1", "ATTRACTION", Guid.Parse(LiveDocuments.Park), "x1", Millis("2026-04-14T13:16:02Z")));
        var row = poll.Batch.Rows[0];
        (row.Status, row.Wait, row.Flags).ShouldBe((RideStatus.Operating, (short)20, ObservationFlags.StatusStated | ObservationFlags.WaitStated));
    }

    [Fact]
    public void Queues_and_show_times_are_read_as_the_import_reads_them()
    {
        using var poll = LiveDocuments.Read(LiveDocuments.Rich());
        Queues(poll, 1).Select(q => q.Type).ShouldBe([QueueType.SingleRider, QueueType.ReturnTime]);
        poll.Batch.Rows[1].Wait.ShouldBe(SnapshotRow.NoWait);
        poll.Batch.Rows[1].Flags.HasFlag(ObservationFlags.WaitStated).ShouldBeTrue();
        var paid = Queues(poll, 2).Single();
        (paid.Type, paid.PriceMinor, paid.State).ShouldBe((QueueType.PaidReturnTime, 2100L, QueueState.Finished));
        Queues(poll, 3).Select(q => (q.Type, q.State, q.GroupStart)).ShouldBe(
            [(QueueType.BoardingGroup, QueueState.Paused, 4), (QueueType.PaidStandby, QueueState.None, QueueRow.NoNumber)]);
        var show = poll.Batch.Rows[4];
        show.ShowCount.ShouldBe((byte)1);
        show.Flags.HasFlag(ObservationFlags.ShowtimesStated).ShouldBeTrue();
        poll.Batch.Shows[show.ShowStart].Start.ShouldBe(Millis("2026-04-14T15:05:00Z"));
    }

    [Fact]
    public void Fields_without_columns_and_fields_yet_to_come_are_kept_as_they_were_sent()
    {
        var document = LiveDocuments.Document(
            LiveDocuments.Row(1, ""","operatingHours":[ {"type":"Early"} ],"mood":"gr\u00fcn","forecast":null,"cost" : -1.50"""),
            LiveDocuments.Row(2));
        using var poll = LiveDocuments.Read(document);

        var parts = LiveDocuments.PartsOf(poll, document, 0);
        parts.ShouldBe(new Dictionary<string, string>
        {
            ["operatingHours"] = """[ {"type":"Early"} ]""",
            ["mood"] = """
                       "gr\u00fcn"
                       """,
            ["forecast"] = "null",
            ["cost"] = "-1.50",
        });
        LiveDocuments.PartsOf(poll, document, 1).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(""","queue":{"STANDBY":{"waitTime":5},"VIP":{"waitTime":7}}""", "queue.VIP", """{"waitTime":7}""")]
    [InlineData(""","queue":{"STANDBY":{"waitTime":5},"VIP":null}""", "queue.VIP", "null")]
    [InlineData(""","queue":{"STANDBY":{"waitTime":5,"trend":"up"}}""", "queue", """{"STANDBY":{"waitTime":5,"trend":"up"}}""")]
    [InlineData(""","queue":{"RETURN_TIME":{"state":"SOON"}}""", "queue", """{"RETURN_TIME":{"state":"SOON"}}""")]
    [InlineData(""","queue":{"STANDBY":{"waitTime":"soon"}}""", "queue", """{"STANDBY":{"waitTime":"soon"}}""")]
    [InlineData(""","queue":[{"type":"VIP","waitTime":7}]""", "queue", """[{"type":"VIP","waitTime":7}]""")]
    [InlineData(""","queue":{"PAID_RETURN_TIME":{"price":{"amount":1,"currency":"USD","vat":2}}}""", "queue", """{"PAID_RETURN_TIME":{"price":{"amount":1,"currency":"USD","vat":2}}}""")]
    [InlineData(""","showtimes":[{"startTime":"2026-04-14T11:05:00-04:00","place":"pier"}]""", "showtimes", """[{"startTime":"2026-04-14T11:05:00-04:00","place":"pier"}]""")]
    [InlineData(""","showtimes":[{"startTime":"at noon"}]""", "showtimes", """[{"startTime":"at noon"}]""")]
    public void What_nobody_told_us_of_inside_a_queue_or_a_show_time_is_kept_raw(string more, string name, string raw)
    {
        var document = LiveDocuments.Document(LiveDocuments.Row(1, more));
        using var poll = LiveDocuments.Read(document);
        LiveDocuments.PartsOf(poll, document, 0).ShouldBe(new Dictionary<string, string> { [name] = raw });
        poll.Quarantined.ShouldBe(0);
    }

    [Fact]
    public void An_unknown_status_is_unknown_and_its_word_survives()
    {
        var document = LiveDocuments.Document(LiveDocuments.Row(1, status: "\"WEATHER\""));
        using var poll = LiveDocuments.Read(document);
        poll.Batch.Rows[0].Status.ShouldBe(RideStatus.None);
        poll.Batch.Rows[0].Flags.HasFlag(ObservationFlags.UnknownStatus).ShouldBeTrue();
        LiveDocuments.PartsOf(poll, document, 0)["status"].ShouldBe("\"WEATHER\"");
        poll.Findings.ByType[FindingType.UnknownStatus].Sample.ShouldContain("WEATHER");
    }

    [Theory]
    [InlineData("7", QuarantineReason.NotAnObject)]
    [InlineData("[]", QuarantineReason.NotAnObject)]
    [InlineData("""{"name":"x"}""", QuarantineReason.MissingId)]
    [InlineData("""{"id":null}""", QuarantineReason.MissingId)]
    [InlineData("""{"id":"space-mountain"}""", QuarantineReason.InvalidId)]
    [InlineData("""{"id":"00000000-0000-0000-0000-000000000000"}""", QuarantineReason.InvalidId)]
    [InlineData("""{"id":17,"queue":{"SINGLE_RIDER":{"waitTime":5}}}""", QuarantineReason.InvalidId)]
    [InlineData("""{"id":"11111111-1111-1111-1111-000000000009","name":"\ud800"}""", QuarantineReason.NotUnicode)]
    public void A_bad_row_is_quarantined_with_its_raw_json_and_the_others_live(string bad, string reason)
    {
        using var poll = LiveDocuments.ReadRows(LiveDocuments.Row(1), bad, LiveDocuments.Row(2));
        (poll.Rows, poll.Batch.RowCount, poll.Batch.QueueCount).ShouldBe((3, 2, 0));
        var row = poll.Quarantine.ShouldHaveSingleItem();
        (row.Index, row.Reason, row.Raw).ShouldBe((1, reason, bad));
        row.EntityId.ShouldBe(reason == QuarantineReason.NotUnicode ? LiveDocuments.Uuid(9) : null);
        poll.Findings.ByType.ShouldNotBeEmpty();
    }

    [Fact]
    public void Bytes_that_are_no_text_quarantine_their_row_wherever_they_stand()
    {
        var document = LiveDocuments.Utf8(LiveDocuments.Document(LiveDocuments.Row(1, ""","note":"?" """), LiveDocuments.Row(2)));
        document[Array.IndexOf(document, (byte)'?')] = 0xC3;
        using var poll = LiveReader.Read(document, LiveDocuments.Asked);
        (poll.Batch.RowCount, poll.Quarantine.Single().Reason, poll.Quarantine.Single().EntityId).ShouldBe((1, QuarantineReason.NotUnicode, LiveDocuments.Uuid(1)));
    }

    [Fact]
    public void A_row_with_more_fields_than_can_be_kept_is_quarantined_not_cut()
    {
        string Fields(int count) => string.Concat(Enumerable.Range(0, count).Select(n => $",\"f{n}\":{n}"));
        using var poll = LiveDocuments.ReadRows(LiveDocuments.Row(1, Fields(64)), LiveDocuments.Row(2, Fields(65)));
        (poll.Batch.RowCount, poll.Parts.Count, poll.Quarantine.Single().Reason).ShouldBe((1, 64, QuarantineReason.TooManyFields));
    }

    [Fact]
    public void Of_an_entity_that_comes_twice_the_last_row_counts_with_all_its_parts()
    {
        var document = LiveDocuments.Document(
            LiveDocuments.Row(1, ""","queue":{"SINGLE_RIDER":{"waitTime":5}},"forecast":[1]"""),
            LiveDocuments.Row(2, ""","forecast":[2]"""),
            LiveDocuments.Row(1, ""","queue":{"STANDBY":{"waitTime":40}},"mood":3""", status: "\"DOWN\""));
        using var poll = LiveDocuments.Read(document);

        (poll.Rows, poll.Batch.RowCount, poll.Duplicates, poll.Quarantined).ShouldBe((3, 2, 1, 0));
        var row = poll.Batch.Rows[0];
        (row.Status, row.Wait, row.QueueCount).ShouldBe((RideStatus.Down, (short)40, (byte)0));
        LiveDocuments.PartsOf(poll, document, 0).ShouldBe(new Dictionary<string, string> { ["mood"] = "3" });
        LiveDocuments.PartsOf(poll, document, 1).ShouldBe(new Dictionary<string, string> { ["forecast"] = "[2]" });
        poll.Findings.ByType[FindingType.DuplicateInstant].Count.ShouldBe(1);
    }

    [Fact]
    public void A_later_row_that_is_quarantined_leaves_the_earlier_one_standing()
    {
        using var poll = LiveDocuments.ReadRows(LiveDocuments.Row(1), LiveDocuments.Row(1, status: "\"DOWN\"").Replace("Ride 1", "\\ud800", StringComparison.Ordinal));
        (poll.Rows, poll.Batch.RowCount, poll.Duplicates, poll.Quarantined).ShouldBe((2, 1, 0, 1));
        poll.Batch.Rows[0].Status.ShouldBe(RideStatus.Operating);
    }

    [Fact]
    public void A_key_stated_twice_in_a_row_counts_as_the_last_one_says()
    {
        var document = LiveDocuments.Document(LiveDocuments.Row(1, ""","queue":{"VIP":{},"SINGLE_RIDER":{"waitTime":1}},"queue":{"STANDBY":{"waitTime":9}},"forecast":1,"forecast":2"""));
        using var poll = LiveDocuments.Read(document);
        (poll.Batch.Rows[0].Wait, poll.Batch.Rows[0].QueueCount, poll.Batch.QueueCount).ShouldBe(((short)9, (byte)0, 0));
        LiveDocuments.PartsOf(poll, document, 0)["forecast"].ShouldBe("2");
        LiveDocuments.PartsOf(poll, document, 0).ShouldNotContainKey("queue.VIP");
    }

    [Theory]
    [InlineData("\"yesterday\"", FindingType.InvalidTimestamp, true)]
    [InlineData("\"2026-04-14T13:16:02\"", FindingType.InvalidTimestamp, true)]
    [InlineData("12", FindingType.InvalidTimestamp, true)]
    [InlineData("null", FindingType.MissingField, false)]
    [InlineData("\"2026-04-14T22:35:01Z\"", FindingType.FutureTimestamp, false)]
    public void An_odd_last_change_is_reported_and_the_row_lives(string updated, FindingType finding, bool keptRaw)
    {
        var document = LiveDocuments.Document(LiveDocuments.Row(1).Replace($"\"{LiveDocuments.Updated}\"", updated, StringComparison.Ordinal));
        using var poll = LiveDocuments.Read(document);
        (poll.Batch.RowCount, poll.Quarantined).ShouldBe((1, 0));
        poll.Findings.ByType.Keys.ShouldBe([finding]);
        LiveDocuments.PartsOf(poll, document, 0).ContainsKey("lastUpdated").ShouldBe(keptRaw);
        (poll.Entities[0].LastUpdated is null).ShouldBe(finding != FindingType.FutureTimestamp);
    }

    [Fact]
    public void A_last_change_five_minutes_ahead_is_a_clock_that_runs_fast()
    {
        using var poll = LiveDocuments.ReadRows(LiveDocuments.Row(1).Replace(LiveDocuments.Updated, "2026-04-14T22:35:00Z", StringComparison.Ordinal));
        poll.Findings.ByType.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    [InlineData("[{\"type\":\"STANDBY\",\"waitTime\":15}]", "15")]
    [InlineData("{\"STANDBY\":null,\"BOARDING_GROUP\":{\"allocationStatus\":null,\"currentGroupStart\":null,\"currentGroupEnd\":null,\"nextAllocationTime\":null,\"estimatedWait\":null}}", "")]
    public void Queues_as_array_null_or_full_of_nulls_are_no_reason_to_complain(string queue, string wait)
    {
        using var poll = LiveDocuments.ReadRows(LiveDocuments.Row(1, $",\"queue\":{queue}"));
        (poll.Batch.RowCount, poll.Quarantined, poll.Parts.Count).ShouldBe((1, 0, 0));
        poll.Findings.ByType.ShouldBeEmpty();
        poll.Batch.Rows[0].Wait.ShouldBe(wait.Length == 0 ? SnapshotRow.NoWait : short.Parse(wait, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_row_belongs_to_the_park_it_names_whatever_was_asked_for()
    {
        const string other = "44444444-4444-4444-4444-444444444444";
        using var poll = LiveDocuments.ReadRows(
            LiveDocuments.Row(1),
            LiveDocuments.Row(2).Replace(LiveDocuments.Park, other, StringComparison.Ordinal),
            LiveDocuments.Row(3).Replace($"\"{LiveDocuments.Park}\"", "\"?\"", StringComparison.Ordinal),
            LiveDocuments.Row(4, type: "PARK"));
        poll.Parks.ShouldBe([Guid.Parse(LiveDocuments.Park), Guid.Parse(other)]);
        poll.Batch.Rows.ToArray().Select(r => r.Park).ShouldBe([0, 1, -1, 0]);
        poll.Entities.Select(e => e.IsPark).ShouldBe([false, false, false, true]);
        poll.RowsByPark().ShouldBe(new Dictionary<Guid, int> { [poll.Parks[0]] = 1, [poll.Parks[1]] = 1, [Guid.Empty] = 1 }, ignoreOrder: true);
        poll.Findings.ByType.Keys.ShouldBe([FindingType.MalformedValue]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"liveData":null}""")]
    [InlineData("""{"liveData":{}}""")]
    [InlineData("""{"liveData":[]""")]
    [InlineData("""{"liveData":[{"id":"1"}""")]
    [InlineData("""{"liveData":[]} {}""")]
    public void A_document_that_is_none_is_refused_as_a_whole(string document)
    {
        var e = Should.Throw<UpstreamException>(() => LiveDocuments.Read(document));
        e.Kind.ShouldBe(UpstreamFailure.InvalidData);
        e.Message.ShouldContain(LiveDocuments.Asked.Destination.ToString());
    }

    [Fact]
    public void An_empty_document_is_a_document()
    {
        using var poll = LiveDocuments.ReadRows();
        (poll.Rows, poll.Batch.RowCount).ShouldBe((0, 0));
    }

    [Fact]
    public void Depth_and_number_of_rows_are_bounded()
    {
        Should.Throw<UpstreamException>(() => LiveDocuments.ReadRows(LiveDocuments.Row(1, $",\"x\":{new string('[', 70)}{new string(']', 70)}")));
        var most = Enumerable.Repeat("0", LiveReader.MaxRows).ToArray();
        LiveDocuments.ReadRows(most).Quarantined.ShouldBe(LiveReader.MaxRows);
        Should.Throw<UpstreamException>(() => LiveDocuments.ReadRows([.. most, "0"])).Message.ShouldContain("rows");
    }

    private static long Millis(string utc) => DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static QueueRow[] Queues(LivePoll poll, int row) =>
        poll.Batch.Queues.Slice(poll.Batch.Rows[row].QueueStart, poll.Batch.Rows[row].QueueCount).ToArray();
}
