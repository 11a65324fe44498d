using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using Xunit;

namespace ThemePark.UnitTests.Import.Parsing;

/// <summary>Every documented shape of an event, and the shapes that should not be.</summary>
public sealed class EventTests
{
    private const ObservationFlags Status = ObservationFlags.StatusStated;
    private const ObservationFlags Wait = ObservationFlags.WaitStated;

    [Theory]
    [InlineData("""{"status":"OPERATING"}""", RideStatus.Operating, Status)]
    [InlineData("""{"status":"DOWN"}""", RideStatus.Down, Status)]
    [InlineData("""{"status":"CLOSED"}""", RideStatus.Closed, Status)]
    [InlineData("""{"status":"REFURBISHMENT"}""", RideStatus.Refurbishment, Status)]
    [InlineData("""{"status":"OPER\u0041TING"}""", RideStatus.Operating, Status)]
    [InlineData("""{"status":null}""", RideStatus.None, Status)]
    [InlineData("""{"status":"operating"}""", RideStatus.None, Status | ObservationFlags.UnknownStatus)]
    [InlineData("""{"status":7}""", RideStatus.None, Status | ObservationFlags.UnknownStatus)]
    [InlineData("""{"status":{"a":[1]}}""", RideStatus.None, Status | ObservationFlags.UnknownStatus)]
    [InlineData("""{}""", RideStatus.None, ObservationFlags.None)]
    [InlineData("null", RideStatus.None, ObservationFlags.None)]
    public void A_status_is_one_of_four_or_unknown_never_closed(string data, RideStatus status, ObservationFlags flags)
    {
        using var file = DayFiles.ReadData(data);
        (DayFiles.Row(file).Status, DayFiles.Row(file).Flags).ShouldBe((status, flags));
        file.Findings.ByType.ContainsKey(FindingType.UnknownStatus).ShouldBe(flags.HasFlag(ObservationFlags.UnknownStatus));
    }

    [Theory]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":45}}}""", 45, Wait)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":0}}}""", 0, Wait)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":"45"}}}""", 45, Wait)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":4.5e1}}}""", 45, Wait)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":null}}}""", SnapshotRow.NoWait, Wait)]
    [InlineData("""{"queue":{"STANDBY":{}}}""", SnapshotRow.NoWait, Wait)]
    [InlineData("""{"queue":{"STANDBY":null}}""", SnapshotRow.NoWait, Wait)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":"soon"}}}""", SnapshotRow.NoWait, Wait | ObservationFlags.WaitAdjusted)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":1e999}}}""", SnapshotRow.NoWait, Wait | ObservationFlags.WaitAdjusted)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":[5]}}}""", SnapshotRow.NoWait, Wait | ObservationFlags.WaitAdjusted)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":-1}}}""", -1, Wait | ObservationFlags.WaitNegative)]
    [InlineData("""{"queue":{"STANDBY":{"waitTime":995}}}""", 995, Wait | ObservationFlags.WaitExtreme)]
    [InlineData("""{"queue":{}}""", SnapshotRow.NoWait, ObservationFlags.None)]
    [InlineData("""{"queue":null}""", SnapshotRow.NoWait, ObservationFlags.None)]
    [InlineData("""{"queue":[]}""", SnapshotRow.NoWait, ObservationFlags.None)]
    [InlineData("""{"queue":[{"waitTime":45,"type":"STANDBY"}]}""", 45, Wait)]
    [InlineData("""{"queue":[{"queueType":"STANDBY","waitTime":45,"x":{"type":"RETURN_TIME"}}]}""", 45, Wait)]
    public void A_standby_wait_is_known_unknown_or_not_offered(string data, short wait, ObservationFlags flags)
    {
        using var file = DayFiles.ReadData(data);
        (DayFiles.Row(file).Wait, DayFiles.Row(file).Flags, file.Batch.QueueCount).ShouldBe((wait, flags, 0));
    }

    [Theory]
    [InlineData("SINGLE_RIDER", QueueType.SingleRider)]
    [InlineData("RETURN_TIME", QueueType.ReturnTime)]
    [InlineData("PAID_RETURN_TIME", QueueType.PaidReturnTime)]
    [InlineData("BOARDING_GROUP", QueueType.BoardingGroup)]
    [InlineData("PAID_STANDBY", QueueType.PaidStandby)]
    public void Every_queue_type_is_kept_with_all_its_fields_null_or_as_null_itself(string name, QueueType type)
    {
        var unknown = QueueRow.Unknown(type);
        foreach (var part in (string[])["null", "{}", """{"waitTime":null,"state":null,"allocationStatus":null,"returnStart":null,"returnEnd":null,"price":null,"currentGroupStart":null,"currentGroupEnd":null,"nextAllocationTime":null,"estimatedWait":null}"""])
        {
            using var file = DayFiles.ReadData($$$"""{"queue":{"{{{name}}}":{{{part}}}}}""");
            var queue = DayFiles.Queue(file);
            queue.Flags = ObservationFlags.None;
            queue.ShouldBe(unknown, part);
            file.Findings.ByType.ShouldBeEmpty();
            DayFiles.Row(file).Flags.ShouldBe(ObservationFlags.None);
        }
    }

    [Theory]
    [InlineData("RETURN_TIME", "state", "AVAILABLE", QueueState.Available)]
    [InlineData("RETURN_TIME", "state", "TEMP_FULL", QueueState.TempFull)]
    [InlineData("PAID_RETURN_TIME", "state", "FINISHED", QueueState.Finished)]
    [InlineData("BOARDING_GROUP", "allocationStatus", "AVAILABLE", QueueState.Available)]
    [InlineData("BOARDING_GROUP", "allocationStatus", "PAUSED", QueueState.Paused)]
    [InlineData("BOARDING_GROUP", "allocationStatus", "CLOSED", QueueState.Closed)]
    [InlineData("RETURN_TIME", "state", "SOLD_OUT", QueueState.None)]
    public void Every_state_is_read_and_an_unknown_one_reported(string type, string field, string word, QueueState state)
    {
        using var file = DayFiles.ReadData($$$$"""{"queue":{"{{{{type}}}}":{"{{{{field}}}}":"{{{{word}}}}"}}}""");
        DayFiles.Queue(file).State.ShouldBe(state);
        file.Findings.ByType.ContainsKey(FindingType.MalformedValue).ShouldBe(state == QueueState.None);
    }

    [Fact]
    public void A_boarding_group_is_read_in_full()
    {
        using var file = DayFiles.ReadData("""
            {"queue":{"BOARDING_GROUP":{"allocationStatus":"AVAILABLE","currentGroupStart":12,"currentGroupEnd":"18","nextAllocationTime":"2024-12-25T13:00:00-05:00","estimatedWait":75}}}
            """);
        var queue = DayFiles.Queue(file);
        (queue.GroupStart, queue.GroupEnd, queue.EstimatedWait, queue.NextAllocation).ShouldBe((12, 18, 75, DayFiles.Instant("2024-12-25T18:00:00Z")));
    }

    [Fact]
    public void A_return_window_is_utc()
    {
        using var file = DayFiles.ReadData("""{"queue":{"RETURN_TIME":{"state":"AVAILABLE","returnStart":"2024-12-25T09:10:00-05:00","returnEnd":"2024-12-25T10:10:00\u002b01:00"}}}""");
        var queue = DayFiles.Queue(file);
        (queue.ReturnStart, queue.ReturnEnd).ShouldBe((DayFiles.Instant("2024-12-25T14:10:00Z"), DayFiles.Instant("2024-12-25T09:10:00Z")));
        file.Findings.ByType.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"amount":2100,"currency":"USD","formatted":"$21.00"}""", 2100L, "USD", false)]
    [InlineData("""{"amount":0,"currency":"EUR"}""", 0L, "EUR", false)]
    [InlineData("""{"amount":1500,"currency":"JPY"}""", 1500L, "JPY", false)]
    [InlineData("""{"currency":"jpy","amount":null}""", QueueRow.NoInstant, "JPY", false)]
    [InlineData("""null""", QueueRow.NoInstant, "", false)]
    [InlineData("""{"amount":21.5,"currency":"USD"}""", QueueRow.NoInstant, "USD", true)]
    [InlineData("""{"amount":"2100","currency":"USD"}""", QueueRow.NoInstant, "USD", true)]
    [InlineData("""{"amount":2147483648,"currency":"USD"}""", QueueRow.NoInstant, "USD", true)]
    [InlineData("""{"amount":-9223372036854775808,"currency":"USD"}""", QueueRow.NoInstant, "USD", true)]
    [InlineData("""{"amount":1,"currency":"DOLLAR"}""", 1L, "", true)]
    [InlineData("""{"amount":1,"currency":null}""", 1L, "", false)]
    [InlineData("""2100""", QueueRow.NoInstant, "", true)]
    public void A_price_is_in_minor_units_and_never_guessed_at(string price, long minor, string currency, bool reported)
    {
        using var file = DayFiles.ReadData($$$$"""{"queue":{"PAID_RETURN_TIME":{"price":{{{{price}}}}}}}""");
        var queue = DayFiles.Queue(file);
        (queue.PriceMinor, DayFiles.Currency(queue.Currency)).ShouldBe((minor, currency));
        file.Findings.ByType.ContainsKey(FindingType.MalformedValue).ShouldBe(reported);
    }

    [Theory]
    [InlineData("""{"queue":{"VIRTUAL":{"waitTime":5},"SINGLE_RIDER":{"waitTime":5}}}""")]
    [InlineData("""{"queue":[{"type":"VIRTUAL","x":[{}]},{"type":"SINGLE_RIDER","waitTime":5}]}""")]
    [InlineData("""{"queue":[{"waitTime":7},{"type":"SINGLE_RIDER","waitTime":5}]}""")]
    [InlineData("""{"queue":{"SINGLE_RIDER":{"waitTime":5},"VIRTUAL":null}}""")]
    public void An_unknown_queue_type_is_flagged_and_the_known_ones_kept(string data)
    {
        using var file = DayFiles.ReadData(data);
        (DayFiles.Queue(file).Type, DayFiles.Queue(file).Wait).ShouldBe((QueueType.SingleRider, (short)5));
        DayFiles.Row(file).Flags.ShouldBe(ObservationFlags.UnknownQueue);
        file.Findings.ByType[FindingType.UnknownQueueType].Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"queue":{"SINGLE_RIDER":{"waitTime":5},"SINGLE_RIDER":{"waitTime":6}}}""")]
    [InlineData("""{"queue":[{"type":"SINGLE_RIDER","waitTime":5},{"type":"SINGLE_RIDER","waitTime":6}]}""")]
    [InlineData("""{"queue":{"SINGLE_RIDER":{"waitTime":5}},"queue":{"SINGLE_RIDER":{"waitTime":6}}}""")]
    [InlineData("""{"queue":{"SINGLE_RIDER":{"waitTime":5}}},"data":{"queue":{"SINGLE_RIDER":{"waitTime":6}}}""")]
    public void No_event_has_two_rows_of_one_queue_type(string data)
    {
        using var file = DayFiles.ReadData(data);
        DayFiles.Queue(file).Type.ShouldBe(QueueType.SingleRider);
        file.Findings.ByType.Keys.ShouldContain(FindingType.MalformedValue);
    }

    [Fact]
    public void A_part_stated_again_replaces_the_first()
    {
        using var file = DayFiles.ReadData("""{"queue":{"STANDBY":{"waitTime":5}},"showtimes":["2024-12-25T20:00:00Z","2024-12-25T21:00:00Z"],"queue":{"SINGLE_RIDER":null},"showtimes":["2024-12-25T22:00:00Z"]}""");
        var row = DayFiles.Row(file);
        (row.Wait, row.QueueCount, row.ShowCount, file.Batch.ShowCount).ShouldBe((SnapshotRow.NoWait, (byte)1, (byte)1, 1));
        file.Batch.Shows[0].Start.ShouldBe(DayFiles.Instant("2024-12-25T22:00:00Z"));
    }

    [Fact]
    public void Show_times_are_strings_or_objects()
    {
        using var file = DayFiles.ReadData("""
            {"showtimes":[{"type":"Performance Time","startTime":"2024-12-25T19:00:00-05:00","endTime":"2024-12-25T19:00:00-05:00","x":{}},"2024-12-25T20:00:00Z",
            {"startTime":"2024-12-25T21:00:00Z","endTime":null,"type":null}]}
            """);
        var row = DayFiles.Row(file);
        (row.ShowStart, row.ShowCount, row.Flags).ShouldBe((0, (byte)3, ObservationFlags.ShowtimesStated));
        file.Batch.Shows.ToArray().Select(s => (s.Start, s.End, s.Kind)).ShouldBe(
        [
            (DayFiles.Instant("2024-12-26T00:00:00Z"), DayFiles.Instant("2024-12-26T00:00:00Z"), "Performance Time"),
            (DayFiles.Instant("2024-12-25T20:00:00Z"), QueueRow.NoInstant, null),
            (DayFiles.Instant("2024-12-25T21:00:00Z"), QueueRow.NoInstant, null),
        ]);
        file.Findings.ByType.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("null", ObservationFlags.None, 0, false)]
    [InlineData("[]", ObservationFlags.ShowtimesStated, 0, false)]
    [InlineData("""["2024-12-25T20:00:00"]""", ObservationFlags.ShowtimesStated, 0, true)]
    [InlineData("""["0001-01-01T00:00:00Z","2024-12-25T20:00:00Z"]""", ObservationFlags.ShowtimesStated, 1, true)]
    [InlineData("""[{"type":"x"},null,5,[[]],"2024-12-25T20:00:00Z"]""", ObservationFlags.ShowtimesStated, 1, true)]
    [InlineData(""" "2024-12-25T20:00:00Z" """, ObservationFlags.ShowtimesStated, 0, true)]
    public void Show_times_that_cannot_be_read_are_reported(string list, ObservationFlags flags, int kept, bool reported)
    {
        using var file = DayFiles.ReadData($$"""{"showtimes":{{list}}}""");
        (DayFiles.Row(file).Flags, (int)DayFiles.Row(file).ShowCount).ShouldBe((flags, kept));
        file.Findings.ByType.ContainsKey(FindingType.MalformedValue).ShouldBe(reported);
    }

    [Fact]
    public void More_show_times_than_a_day_has_are_cut_and_reported()
    {
        using var file = DayFiles.ReadData($$"""{"showtimes":[{{string.Join(',', Enumerable.Repeat("\"2024-12-25T20:00:00Z\"", 300))}}]}""");
        DayFiles.Row(file).ShowCount.ShouldBe((byte)255);
        file.Batch.ShowCount.ShouldBe(255);
        file.Findings.ByType.Keys.ShouldContain(FindingType.MalformedValue);
    }

    [Fact]
    public void The_kind_of_a_show_is_cut_to_its_column()
    {
        using var file = DayFiles.ReadData($$"""{"showtimes":[{"type":"{{new string('ä', 300)}}","startTime":"2024-12-25T20:00:00Z"}]}""");
        file.Batch.Shows[0].Kind.ShouldBe(new string('ä', 64));
    }

    [Fact]
    public void Unknown_properties_at_every_level_change_nothing()
    {
        using var plain = DayFiles.ReadData("""{"status":"DOWN","queue":{"STANDBY":{"waitTime":5},"PAID_RETURN_TIME":{"state":"FINISHED","price":{"amount":5,"currency":"USD"}}}}""");
        using var extra = DayFiles.ReadData("""
            {"a":[{"status":"CLOSED"}],"status":"DOWN","queue":{"STANDBY":{"b":{"waitTime":9},"waitTime":5,"c":[]},"PAID_RETURN_TIME":{"d":null,"state":"FINISHED",
            "price":{"e":{"amount":1},"amount":5,"currency":"USD","f":1.5}},"measuredBy":"sensor","readings":3,"tags":[{}]},"forecast":[{"time":"x","waitTime":5}],"operatingHours":null},"zzz":{"entityId":"no"}
            """);
        DayFiles.Dump(extra).ShouldBe(DayFiles.Dump(plain));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[[{}]]")]
    [InlineData("{}")]
    [InlineData("true")]
    [InlineData("""{"entityId":"not a uuid","eventTime":"2024-12-25T00:05:10Z"}""")]
    [InlineData("""{"entityId":"00000000-0000-0000-0000-000000000000","eventTime":"2024-12-25T00:05:10Z"}""")]
    [InlineData("""{"entityId":null,"eventTime":"2024-12-25T00:05:10Z","data":{"queue":{"SINGLE_RIDER":{}},"showtimes":["2024-12-25T20:00:00Z"]}}""")]
    [InlineData("""{"entityId":"11111111-1111-1111-1111-111111111111"}""")]
    [InlineData("""{"entityId":"11111111-1111-1111-1111-111111111111","eventTime":"2024-12-25T00:05:10"}""")]
    [InlineData("""{"entityId":"11111111-1111-1111-1111-111111111111","eventTime":1735085110}""")]
    [InlineData("""{"entityId":"11111111-1111-1111-1111-111111111111","eventTime":"2096-12-25T00:05:10Z"}""")]
    public void What_has_no_identity_or_no_instant_is_rejected_and_the_next_event_kept(string bad)
    {
        using var file = DayFiles.Read($"[{bad},{DayFiles.Event("""{"queue":{"PAID_STANDBY":{"waitTime":5}}}""")}]");
        (file.Events, file.Rejected, file.Batch.ShowCount).ShouldBe((2, 1, 0));
        DayFiles.Queue(file).Type.ShouldBe(QueueType.PaidStandby);
        file.Findings.ByType.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59-18:00")]
    [InlineData("0001-01-01T00:00:00+18:00")]
    public void An_instant_beyond_the_calendar_is_rejected(string time)
    {
        using var file = DayFiles.Read($"[{DayFiles.Event("{}", time: time)}]");
        (file.Events, file.Rejected).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData("""{"status":"\ud800"}""")]
    [InlineData("""{"showtimes":[{"type":"\ud800","startTime":"2024-12-25T20:00:00Z"}]}""")]
    [InlineData("""{"queue":{"SINGLE_RIDER":{"waitTime":5},"\udc00TANDBY":{"waitTime":5}}}""")]
    [InlineData("""{"queue":[{"type":"\ud800\ud800","waitTime":5}]}""")]
    [InlineData("""{"\ud800tatus":"DOWN"}""")]
    public void A_lone_surrogate_costs_its_event_at_most_and_never_the_file(string data)
    {
        using var file = DayFiles.Read($"[{DayFiles.Event(data)},{DayFiles.Event("""{"queue":{"PAID_STANDBY":{"waitTime":5}}}""", time: "2024-12-25T01:00:00Z")}]");
        (file.Events, file.Batch.RowCount + file.Rejected).ShouldBe((2, 2));
        var last = file.Batch.Rows[^1];
        (last.QueueCount, file.Batch.Queues[last.QueueStart].Type).ShouldBe(((byte)1, QueueType.PaidStandby));
        file.Findings.ByType.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_name_with_a_lone_surrogate_keeps_its_event()
    {
        using var file = DayFiles.Read($"[{DayFiles.Event("{}").Replace("TRANSFORMERS™", "\\ud800", StringComparison.Ordinal)}]");
        file.Batch.RowCount.ShouldBe(1);
        file.Entities.Single().Names.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("\"name\":\"TRANSFORMERS™: The Ride-3D\",", "")]
    [InlineData("\"TRANSFORMERS™: The Ride-3D\"", "null")]
    [InlineData("\"TRANSFORMERS™: The Ride-3D\"", "\"\"")]
    public void An_event_without_a_name_is_kept_and_reported(string text, string instead)
    {
        using var file = DayFiles.Read($"[{DayFiles.Event("{}").Replace(text, instead, StringComparison.Ordinal)}]");
        (file.Batch.RowCount, file.Entities.Single().Names.Count).ShouldBe((1, 0));
        file.Findings.ByType[FindingType.MissingField].Count.ShouldBe(1);
    }

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        using var file = DayFiles.Read($"[{DayFiles.Event("{}").Replace("TRANSFORMERS™", "x" + string.Concat(Enumerable.Repeat("🎢", 200)), StringComparison.Ordinal)}]");
        var name = file.Entities.Single().Names.Single().Name;
        name.Length.ShouldBeInRange(254, 255);
        char.IsHighSurrogate(name[^1]).ShouldBeFalse();
    }

    [Fact]
    public void Escaped_property_names_are_property_names()
    {
        using var file = DayFiles.Read($"[{DayFiles.Event("""{"st\u0061tus":"DOWN","queue":{"STAND\u0042Y":{"w\u0061itTime":5}}}""").Replace("entityId", "entity\\u0049d", StringComparison.Ordinal).Replace("\"data\"", "\"d\\u0061ta\"", StringComparison.Ordinal)}]");
        (DayFiles.Row(file).Status, DayFiles.Row(file).Wait).ShouldBe((RideStatus.Down, (short)5));
    }

    [Theory]
    [InlineData("2024-12-24T19:05:10-05:00", "America/New_York", ObservationFlags.None)]
    [InlineData("2024-12-24T16:05:10-08:00", "America/New_York", ObservationFlags.OffsetMismatch)]
    [InlineData("2024-12-24T16:05:10-08:00", "Not/AZone", ObservationFlags.None)]
    [InlineData("nonsense", "America/New_York", ObservationFlags.None)]
    [InlineData("2024-12-25T09:05:10+09:00", "Asia/Tokyo", ObservationFlags.None)]
    [InlineData("2024-12-25T05:35:10+05:30", "Asia/Kolkata", ObservationFlags.None)]
    public void An_offset_that_is_not_the_zones_is_flagged(string local, string zone, ObservationFlags flags)
    {
        var text = DayFiles.Event("{}").Replace("2024-12-24T19:05:10-05:00", local, StringComparison.Ordinal).Replace("America/New_York", zone, StringComparison.Ordinal);
        using var file = DayFiles.Read($"[{text}]");
        DayFiles.Row(file).Flags.ShouldBe(flags);
    }
}
