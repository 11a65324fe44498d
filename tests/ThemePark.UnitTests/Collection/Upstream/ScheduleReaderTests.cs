using System.Globalization;
using System.Text;
using Shouldly;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Collection.Upstream;

public sealed class ScheduleReaderTests
{
    [Fact]
    public void A_parks_schedule_has_several_entries_per_day_and_type()
    {
        var text = ScheduleDocuments.Park(ScheduleDocuments.Rich);
        var document = ScheduleDocuments.Read(text);

        (document.Rows, document.Quarantine.Count).ShouldBe((4, 0));
        var park = document.Parks.ShouldHaveSingleItem();
        (park.Uuid, park.Name, park.EntityType, park.Zone, park.ZoneKnown).ShouldBe(
            (Guid.Parse(ScheduleDocuments.Uuid), "The Park", "PARK", "America/New_York", true));
        park.Entries.Select(e => (e.Date.Day, e.Type, e.Description)).ShouldBe(
        [
            (14, ScheduleType.Operating, null), (14, ScheduleType.TicketedEvent, "Early Entry"), (15, ScheduleType.ExtraHours, null), (15, ScheduleType.Info, null),
        ]);
        park.Entries.ShouldAllBe(e => e.Flags == ScheduleFlags.None && e.Unknown.Count == 0);
        (park.Entries[0].OpensAt, park.Entries[0].ClosesAt).ShouldBe((Millis("2026-04-14T13:00:00Z"), Millis("2026-04-15T02:00:00Z")));
        (park.Entries[3].OpensAt, park.Entries[3].ClosesAt).ShouldBe((null, null));
        var purchases = park.Entries[0].Purchases.ShouldNotBeNull();
        Encoding.UTF8.GetString(LiveDocuments.Utf8(text).AsSpan(purchases.Start, purchases.Length))
            .ShouldBe("""[{"type":"ADMISSION","price":{"amount":42900,"currency":"USD"}}]""");
        park.Entries[1].Purchases.ShouldBeNull();
    }

    [Fact]
    public void A_close_after_midnight_belongs_to_the_day_of_the_opening()
    {
        var entry = ScheduleDocuments.ReadOne(ScheduleDocuments.Entry("2026-04-15", "20:00:00-04:00", "2026-04-16T01:00:00-04:00"));
        (entry.Date, entry.Flags, entry.ClosesAt).ShouldBe((new DateOnly(2026, 4, 15), ScheduleFlags.None, Millis("2026-04-16T05:00:00Z")));
    }

    [Fact]
    public void A_close_stated_with_the_openings_date_though_it_is_after_midnight_is_moved_to_the_next_day()
    {
        var entry = ScheduleDocuments.ReadOne(ScheduleDocuments.Entry("2026-07-04", "12:00:00+02:00", "2026-07-04T00:30:00+02:00"), "Europe/Madrid");
        (entry.Flags, entry.ClosesAt).ShouldBe((ScheduleFlags.CloseMoved, Millis("2026-07-04T22:30:00Z")));

        // The night on which clocks go back: the same time on the clock is 25 hours later.
        var autumn = ScheduleDocuments.ReadOne(ScheduleDocuments.Entry("2026-10-24", "12:00:00+02:00", "2026-10-24T04:00:00+02:00"), "Europe/Madrid");
        (autumn.Flags, autumn.ClosesAt).ShouldBe((ScheduleFlags.CloseMoved, Millis("2026-10-25T03:00:00Z")));

        var nowhere = ScheduleDocuments.ReadOne(ScheduleDocuments.Entry("2026-07-04", "12:00:00+02:00", "2026-07-04T00:30:00+02:00"), "Mars/Olympus");
        nowhere.ClosesAt.ShouldBe(Millis("2026-07-04T22:30:00Z"));
    }

    [Theory]
    [InlineData("09:00:00-04:00", "2026-04-14T22:00:00-04:00", (int)(ScheduleFlags.None))]
    [InlineData("09:00:00-04:00", "2026-04-14T09:00:00-04:00", (int)(ScheduleFlags.None))]
    [InlineData("09:00:00-05:00", "2026-04-14T22:00:00-04:00", (int)(ScheduleFlags.OffsetMismatch))]
    [InlineData("09:00:00-04:00", "2026-04-14T22:00:00-07:00", (int)(ScheduleFlags.OffsetMismatch))]
    [InlineData("09:00:00-04:00", "2026-04-15T10:00:00-04:00", (int)(ScheduleFlags.None))]
    [InlineData("09:00:00-04:00", "2026-04-15T10:00:01-04:00", (int)(ScheduleFlags.ImplausibleLength))]
    [InlineData("09:00:00-04:00", "2029-04-14T22:00:00-04:00", (int)(ScheduleFlags.ImplausibleLength))]
    [InlineData("09:00:00-04:00", "2026-04-13T09:00:01-04:00", (int)(ScheduleFlags.CloseMoved))]
    [InlineData("09:00:00-04:00", "2026-04-13T09:00:00-04:00", (int)(ScheduleFlags.ImplausibleLength))]
    [InlineData("23:00:00-07:00", "2026-04-15T04:00:00-04:00", (int)(ScheduleFlags.OffsetMismatch | ScheduleFlags.DateMismatch))]
    public void What_is_odd_about_the_hours_is_flagged_and_the_entry_kept(string opens, string closes, int expected) =>
        ScheduleDocuments.ReadOne(ScheduleDocuments.Entry("2026-04-14", opens, closes)).Flags.ShouldBe((ScheduleFlags)expected);

    [Fact]
    public void Without_a_known_zone_offsets_are_taken_as_they_are()
    {
        var park = ScheduleDocuments.Read(ScheduleDocuments.Park(ScheduleDocuments.Entry("2026-04-14", "23:00:00-07:00", "2026-04-15T04:00:00-04:00"), "Mars/Olympus")).Parks.Single();
        (park.Zone, park.ZoneKnown, park.Entries.Single().Flags).ShouldBe(("Mars/Olympus", false, ScheduleFlags.None));
    }

    [Fact]
    public void Types_and_fields_yet_to_come_survive()
    {
        var text = ScheduleDocuments.Park(ScheduleDocuments.Entry("2026-04-14", "09:00:00-04:00", "2026-04-14T22:00:00-04:00", "NIGHT_SWIM", ""","crowd": {"level":3}"""));
        var entry = ScheduleDocuments.Read(text).Parks.Single().Entries.Single();
        (entry.Type, entry.TypeText).ShouldBe((ScheduleType.Unknown, "NIGHT_SWIM"));
        var slice = entry.Unknown.ShouldHaveSingleItem();
        (slice.Name, Encoding.UTF8.GetString(LiveDocuments.Utf8(text).AsSpan(slice.Start, slice.Length))).ShouldBe(("crowd", """{"level":3}"""));
    }

    [Theory]
    [InlineData("7", QuarantineReason.NotAnObject)]
    [InlineData("""{"type":"OPERATING"}""", QuarantineReason.MissingDate)]
    [InlineData("""{"date":"14.04.2026","type":"OPERATING"}""", QuarantineReason.InvalidDate)]
    [InlineData("""{"date":"2026-02-30","type":"OPERATING"}""", QuarantineReason.InvalidDate)]
    [InlineData("""{"date":"2026-04-14"}""", QuarantineReason.MissingType)]
    [InlineData("""{"date":"2026-04-14","type":"OPERATING","openingTime":"2026-04-14T09:00:00"}""", QuarantineReason.InvalidTime)]
    [InlineData("""{"date":"2026-04-14","type":"OPERATING","closingTime":900}""", QuarantineReason.InvalidTime)]
    [InlineData("""{"date":"2026-04-14","type":"OPERATING","closingTime":"9999-12-31T23:59:59-18:00"}""", QuarantineReason.InvalidTime)]
    [InlineData("""{"date":"2026-04-14","type":"OPERATING","description":"\ud800"}""", QuarantineReason.NotUnicode)]
    public void A_bad_entry_is_quarantined_with_its_raw_json_and_the_others_live(string bad, string reason)
    {
        var document = ScheduleDocuments.Read(ScheduleDocuments.Park($"{ScheduleDocuments.Rich},{bad}"));
        (document.Rows, document.Parks.Single().Entries.Count).ShouldBe((5, 4));
        document.Quarantine.ShouldBe([new QuarantinedRow(4, reason, bad, Guid.Parse(ScheduleDocuments.Uuid))]);
    }

    [Fact]
    public void A_destination_has_the_schedules_of_its_parks_each_in_its_own_zone()
    {
        var first = ScheduleDocuments.Park(ScheduleDocuments.Rich);
        var second = first.Replace(ScheduleDocuments.Uuid, LiveDocuments.Id(2), StringComparison.Ordinal)
            .Replace("America/New_York", "America/Los_Angeles", StringComparison.Ordinal);
        var third = $$"""{"id":"{{LiveDocuments.Id(3)}}","name":"Unpublished"}""";
        var document = ScheduleDocuments.Read(
            $$"""{"parks":[{{first}},{{second}},{{third}},{"name":"Lost"},7],"schedule":[],"id":"{{LiveDocuments.Id(9)}}","entityType":"DESTINATION","timezone":"America/New_York"}""");

        document.Parks.Select(p => (p.Uuid, p.Zone, p.Entries.Count)).ShouldBe(
        [
            (Guid.Parse(ScheduleDocuments.Uuid), "America/New_York", 4), (LiveDocuments.Uuid(2), "America/Los_Angeles", 4), (LiveDocuments.Uuid(3), "America/New_York", 0),
        ]);
        document.Parks[1].Entries.Where(e => e.OpensAt is not null).ShouldAllBe(e => e.Flags.HasFlag(ScheduleFlags.OffsetMismatch));
        document.Quarantine.Select(q => q.Reason).ShouldBe([QuarantineReason.MissingId, QuarantineReason.NotAnObject]);
        document.Rows.ShouldBe(10);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"schedule":[]}""")]
    [InlineData("""{"id":"22222222-2222-2222-2222-222222222222","schedule":null}""")]
    [InlineData("""{"id":"22222222-2222-2222-2222-222222222222","schedule":[""")]
    public void A_document_that_is_none_is_refused_as_a_whole(string document) =>
        Should.Throw<UpstreamException>(() => ScheduleDocuments.Read(document)).Kind.ShouldBe(UpstreamFailure.InvalidData);

    private static long Millis(string utc) => DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
