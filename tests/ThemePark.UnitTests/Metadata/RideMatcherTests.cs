using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Matching;
using ThemePark.Modules.Metadata.Resolving;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class RideMatcherTests
{
    private static readonly DateTime Today = new(2024, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    // Pairs of different rides in one real park that a distance of three and a likeness of 0.8 took for one.
    public static TheoryData<string, string> Siblings => new()
    {
        { "Sky Ride East", "Sky Ride West" },
        { "Power Tower Drop", "Power Tower Shot" },
        { "Dominator Green", "Dominator Red" },
        { "Racer 75 North", "Racer 75 South" },
        { "Driving School", "Jr. Driving School" },
        { "Krazy Kars", "Krazy Kups" },
        { "OhNo Drop Slide", "OhYah Drop Slide" },
        { "Ohno Drop Slides", "Ohyah Drop Slides" },
        { "Pixar Pal-A-Round – Swinging", "Pixar Pal-A-Round – Non-Swinging" },
        { "Pixar Palaround Swinging", "Pixar Palaround Nonswinging" },
        { "Theater 1", "Theater 2" },
        { "Rocket II", "Rocket III" },
        { "Rocket One", "Rocket Two" },
        { "Kiddie Coaster", "Coaster" },
        { "Log Flume Left", "Log Flume Right" },
        { "Carousel Lower Level", "Carousel Upper Level" },
        { "Wave Pool", "Wave Pool 2" },
        { "バス", "ハス" },
    };

    [Theory]
    [MemberData(nameof(Siblings))]
    public void Siblings_are_neither_bound_nor_suggested(string name, string sibling)
    {
        foreach (var (a, b) in new[] { (name, sibling), (sibling, name) })
        {
            var decision = Match(a, Ride(1, b));
            decision.RideId.ShouldBeNull();
            decision.Candidates.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("Wind-Up", "Wind Up")]
    [InlineData("Wind-Up", "Windup")]
    [InlineData("The Barnstormer", "Barnstormer™")]
    [InlineData("Cars & Trucks", "Cars and Trucks")]
    [InlineData("Walt Disney’s Tiki Room", "Walt Disney's Tiki Room")]
    [InlineData("Le Pays des Contes de Fées", "LE PAYS DES CONTES DE FEES")]
    public void Two_spellings_of_one_name_bind(string name, string known)
    {
        var decision = Match(name, Ride(1, known), Ride(2, "Something else"));

        decision.RideId.ShouldBe(1);
        decision.Method.ShouldBe(MatchMethod.ExactName);
        decision.Score.ShouldBe(100);
    }

    [Fact]
    public void A_ride_with_an_id_of_its_own_is_only_suggested()
    {
        var decision = Match("Playground", Ride(1, "Playground", taken: true));

        decision.RideId.ShouldBeNull();
        decision.Torn.ShouldBeFalse();
        decision.Candidates.ShouldHaveSingleItem().ShouldBe(new MatchCandidate(1, "Playground", MatchMethod.ExactName, 100, true));
    }

    [Fact]
    public void Of_two_rides_of_one_name_the_free_one_is_bound()
    {
        var decision = Match("Playground", Ride(1, "Playground", taken: true), Ride(2, "Playground"));

        decision.RideId.ShouldBe(2);
    }

    [Fact]
    public void Two_free_rides_of_one_name_are_left_to_a_person()
    {
        var decision = Match("Playground", Ride(1, "Playground"), Ride(2, "PLAYGROUND"));

        decision.ShouldSatisfyAllConditions(
            d => d.RideId.ShouldBeNull(),
            d => d.Torn.ShouldBeTrue(),
            d => d.Candidates.Select(candidate => candidate.RideId).ShouldBe([1, 2]));
    }

    [Fact]
    public void An_alias_binds_only_while_it_is_valid()
    {
        var ride = Ride(1, "Disney Adventure World", others: new KnownName("walt disney studios park", Today.AddDays(-10), Today, false));

        Match("Walt Disney Studios Park", Today.AddDays(-1), ride).ShouldSatisfyAllConditions(
            d => d.RideId.ShouldBe(1),
            d => d.Method.ShouldBe(MatchMethod.NameAlias),
            d => d.Score.ShouldBe(95));
        Match("Walt Disney Studios Park", Today, ride).RideId.ShouldBeNull();
        Match("Walt Disney Studios Park", Today.AddDays(-11), ride).RideId.ShouldBeNull();
    }

    [Fact]
    public void An_operators_alias_also_holds_for_a_ride_with_an_id_but_a_former_name_does_not()
    {
        var given = new KnownName("old name", Today.AddDays(-1), null, true);

        Match("Old Name", Ride(1, "New Name", true, given)).RideId.ShouldBe(1);
        Match("Old Name", Ride(1, "New Name", true, given with { Given = false })).RideId.ShouldBeNull();
    }

    [Fact]
    public void An_alias_of_two_rides_binds_neither()
    {
        var alias = new KnownName("old name", Today.AddDays(-1), null, true);

        var decision = Match("Old Name", Ride(1, "A", false, alias), Ride(2, "B", false, alias));

        decision.RideId.ShouldBeNull();
        decision.Torn.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Phantom's Revenge", "Fantoms Revenge", MatchMethod.Phonetic)]
    [InlineData("Krazy Kars", "Crazy Cars", MatchMethod.Phonetic)]
    [InlineData("Racer 75 North", "Raser 75 North", MatchMethod.Phonetic)]
    [InlineData("Thunder Mountain II", "Thunder Mountian 2", MatchMethod.Fuzzy)]
    [InlineData("Seven Dwarfs Mine Train", "Seven Dwarves Mine Train", MatchMethod.Phonetic)]
    [InlineData("Dreamcatcher", "Dreamcatchers", MatchMethod.Fuzzy)]
    public void What_sounds_or_looks_alike_is_suggested_and_never_bound(string name, string known, MatchMethod method)
    {
        var decision = Match(name, Ride(1, known));

        decision.RideId.ShouldBeNull();
        var suggestion = decision.Candidates.ShouldHaveSingleItem();
        suggestion.Method.ShouldBe(method);
        suggestion.Score.ShouldBeInRange(80, 94);
    }

    [Fact]
    public void The_best_five_are_suggested_best_first_wherever_they_stand()
    {
        KnownRide[] rides =
        [
            .. Enumerable.Range(0, 30).Select(i => Ride(i + 1, "Dreamcatcher" + (char)('a' + (i % 26)) + "x")),
            Ride(99, "Dreamcatchr"),
        ];

        var decision = Match("Dreamcatcher", rides);

        decision.Candidates.Count.ShouldBe(5);
        decision.Candidates.Select(candidate => candidate.Score).ShouldBe(decision.Candidates.Select(candidate => candidate.Score).OrderDescending());
        decision.Candidates[0].RideId.ShouldBe(99);
        Match("Dreamcatcher", [.. rides.Reverse()]).Candidates.ShouldBe(decision.Candidates);
    }

    [Fact]
    public void Suggestions_without_a_clear_first_are_ambiguous()
    {
        Match("Dreamcatcher", Ride(1, "Dreamcatchers"), Ride(2, "Dreamcatchr")).Ambiguous.ShouldBeTrue();
        Match("Dreamcatcher", Ride(1, "Dreamcatchr"), Ride(2, "Log Flume")).Ambiguous.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!!")]
    [InlineData("😀")]
    public void A_name_without_a_word_matches_nothing_not_even_another_one(string name) =>
        Match(name, Ride(1, "???"), Ride(2, "")).Candidates.ShouldBeEmpty();

    [Fact]
    public void Any_of_an_entitys_names_may_bind_it()
    {
        DatedValue[] names = [new(Today, "Haunted Mansion"), new(Today.AddHours(1), "Haunted Mansion Holiday")];

        RideMatcher.Match(names, [Ride(1, "Haunted Mansion")]).RideId.ShouldBe(1);
    }

    private static MatchDecision Match(string name, params KnownRide[] rides) => Match(name, Today, rides);

    private static MatchDecision Match(string name, DateTime at, params KnownRide[] rides) => RideMatcher.Match([new DatedValue(at, name)], rides);

    private static KnownRide Ride(int id, string name, bool taken = false, params KnownName[] others) =>
        new(id, taken, name, NameNormalizer.Normalize(name), others);
}
