using System.Globalization;
using Shouldly;
using ThemePark.Modules.Metadata;
using ThemePark.Modules.Metadata.Contracts;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class ParkProfilesTests
{
    private static readonly Guid Nobody = Guid.Parse("00000000-0000-4000-8000-000000000001");

    // What upstream listed on 2026-04-14.
    private static readonly string[] Disney =
    [
        "ca888437-ebb4-4d50-aed2-d227f7096968", // Disney Adventure World
        "dae968d5-630d-4719-8b06-3d107e944401", // Disneyland Park, Paris
        "75ea578a-adc8-4116-a54d-dccb60765ef9", // Magic Kingdom Park
        "47f90d2c-e191-4239-a466-5892ef59a88b", // EPCOT
        "288747d1-8b4f-4a64-867e-ea7c9b27bad8", // Disney's Hollywood Studios
        "1c84a229-8862-4648-9c71-378ddd2c7693", // Disney's Animal Kingdom Theme Park
        "b070cbc5-feaa-4b87-a8c1-f94cca037a18", // Disney's Typhoon Lagoon Water Park
        "ead53ea5-22e5-4095-9a83-8c29300d7c63", // Disney's Blizzard Beach Water Park
        "67b290d5-3478-4f23-b601-2f8fb71ba803", // Tokyo DisneySea
        "3cc919f1-d16d-43e0-8c3f-1dd269bd1a42", // Tokyo Disneyland
        "ddc4357c-c148-4b36-9888-07894fe75e83", // Shanghai Disneyland
        "7340550b-c14d-4def-80bb-acdb51d49a66", // Disneyland Park, Anaheim
        "832fcd51-ea19-4e77-85c7-75d5843b127c", // Disney California Adventure Park
        "bd0eb47b-2f02-4d4d-90fa-cb3a68988e3b", // Hong Kong Disneyland Park
    ];

    private static readonly string[] Universal =
    [
        "fe78a026-b91b-470c-b906-9d2266b692da", // Universal's Volcano Bay
        "267615cc-8943-4c2a-ae2c-5da728ca591f", // Universal Islands of Adventure
        "eb3f4560-2383-4a36-9152-6b3e5ed6bc57", // Universal Studios Florida
        "12dbb85b-265f-44e6-bccf-f1faa17211fc", // Universals Epic Universe
        "bc4005c5-8c7e-41d7-b349-cdddf1796427", // Universal Studios, Hollywood
        "f95d7f76-2024-4510-b799-26e122d0e448", // Universal Studios Singapore
        "68e1d8f0-ed42-4351-af25-160421e37ce0", // Universal Studios Beijing
    ];

    // The first resort of the invented archive: without it the frontend's first view, Disney and Universal only, would be empty.
    private static readonly string[] Sample =
        ["b58e44f9-5173-4fff-b065-1dcf2557f843", "56b73e78-f492-4767-b969-378af9070a52", "cdcd015d-ae5a-481f-9229-3d2e10f489e3"];

    private static readonly string[] Lines = ReadLines();

    [Fact]
    public void Every_line_of_the_file_is_whole()
    {
        Lines[0].ShouldBe("uuid,operator,city,region,country,queue_times_id");
        foreach (var line in Lines[1..])
        {
            line.ShouldNotContain('"');
            var fields = line.Split(',');
            fields.Length.ShouldBe(6, line);
            fields.ShouldAllBe(f => f == f.Trim(), line);
            Guid.TryParseExact(fields[0], "D", out var uuid).ShouldBeTrue(line);
            fields[0].ShouldBe(uuid.ToString(), line);
            fields[1].ShouldBeOneOf("", "DISNEY", "UNIVERSAL");
            (fields[5].Length == 0 || int.Parse(fields[5], CultureInfo.InvariantCulture) > 0).ShouldBeTrue(line);
        }
    }

    [Fact]
    public void No_park_and_no_number_comes_twice()
    {
        var fields = Lines[1..].Select(l => l.Split(',')).ToList();

        fields.Count.ShouldBeGreaterThanOrEqualTo(127);
        fields.Select(f => f[0]).ShouldBeUnique();
        fields.Select(f => f[5]).Where(id => id.Length > 0).ShouldBeUnique();
    }

    [Fact]
    public void The_parks_of_both_companies_are_theirs_and_no_other_is()
    {
        With("DISNEY").ShouldBe([.. Disney, .. Sample], ignoreOrder: true);
        With("UNIVERSAL").ShouldBe(Universal, ignoreOrder: true);
        Disney.ShouldAllBe(id => ParkProfiles.Of(Guid.Parse(id), null, null).Operator == ParkOperator.Disney);
        Universal.ShouldAllBe(id => ParkProfiles.Of(Guid.Parse(id), null, null).Operator == ParkOperator.Universal);

        static IEnumerable<string> With(string by) => Lines[1..].Select(l => l.Split(',')).Where(f => f[1] == by).Select(f => f[0]);
    }

    [Theory]
    [InlineData("75ea578a-adc8-4116-a54d-dccb60765ef9", "Orlando, Florida", 6)]
    [InlineData("12dbb85b-265f-44e6-bccf-f1faa17211fc", "Orlando, Florida", 334)]
    [InlineData("66f5d97a-a530-40bf-a712-a6317c96b06d", "Vaughan, Ontario", null)]
    [InlineData("639738d3-9574-4f60-ab5b-4c392901320b", "Rust, Germany", 51)]
    [InlineData("f95d7f76-2024-4510-b799-26e122d0e448", "Singapore", null)]
    [InlineData("e0766f31-9a00-4ba4-99e3-dfd3666542ef", "Arizona", null)]
    public void A_location_is_city_and_region(string park, string location, int? queueTimesId)
    {
        var profile = ParkProfiles.Of(Guid.Parse(park), null, null);

        profile.Location.ShouldBe(location);
        profile.QueueTimesId.ShouldBe(queueTimesId);
    }

    [Fact]
    public void What_the_file_says_outweighs_a_name() =>
        ParkProfiles.Of(Guid.Parse("7502308a-de08-41a3-b997-961f8275ab3c"), "Disney Dollywood", "Disney").Operator.ShouldBe(ParkOperator.Other);

    [Theory]
    [InlineData("Disneyland Abu Dhabi", null, ParkOperator.Disney)]
    [InlineData("A new gate", "Walt Disney World® Resort", ParkOperator.Disney)]
    [InlineData("Disney’s River Country", null, ParkOperator.Disney)]
    [InlineData("Tokyo DisneySea Fantasy Springs", null, ParkOperator.Disney)]
    [InlineData("Universal Kids Resort", null, ParkOperator.Universal)]
    [InlineData("Universal Studios Japan", null, ParkOperator.Universal)]
    [InlineData("A new gate", "Universal Orlando Resort", ParkOperator.Universal)]
    [InlineData("Disneyana Museum", null, ParkOperator.Other)]
    [InlineData("Universal Ice Rink", "Universal", ParkOperator.Other)]
    [InlineData("Multiversal Studios", null, ParkOperator.Other)]
    [InlineData(null, null, ParkOperator.Other)]
    public void A_park_that_is_not_in_the_file_is_told_by_whole_words(string? name, string? destination, ParkOperator expected)
    {
        var profile = ParkProfiles.Of(Nobody, name, destination);

        profile.ShouldBe(new ParkProfile(expected, null, null));
    }

    private static string[] ReadLines()
    {
        using var stream = typeof(ParkProfiles).Assembly.GetManifestResourceStream(ParkProfiles.Resource)!;
        using var text = new StreamReader(stream);
        return text.ReadToEnd().TrimEnd('\n').Split('\n');
    }
}
