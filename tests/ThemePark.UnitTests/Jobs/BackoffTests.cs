using System.Reflection;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.UnitTests.Jobs;

public sealed class BackoffTests
{
    private static readonly Backoff Plain = new(TimeSpan.FromSeconds(10), 2, TimeSpan.FromMinutes(1), 0.2);

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(3, 40)]
    [InlineData(4, 60)]
    [InlineData(2000, 60)]
    public void Delays_double_up_to_the_limit(int failures, double seconds) =>
        Plain.Delay(failures, 0.5).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 12)]
    public void Jitter_spreads_a_delay_by_its_share_in_both_directions(double dice, double seconds) =>
        Plain.Delay(1, dice).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Fact]
    public void A_command_without_a_wire_name_is_refused_by_name() =>
        Should.Throw<InvalidOperationException>(() => JobPolicy.Of(typeof(Nameless))).Message.ShouldContain(nameof(Nameless));

    [Fact]
    public void The_attribute_is_the_policy()
    {
        var policy = JobPolicy.Of(typeof(Named));

        policy.ShouldBe(new JobPolicy("unit.named.v1", "imports", 7, 8, new Backoff(TimeSpan.FromSeconds(1.5), 3, TimeSpan.FromHours(2), 0)));
    }

    [Fact]
    public void A_payload_comes_back_as_the_command_and_a_broken_one_fails_for_good()
    {
        var catalogue = new JobCatalogue([new OneType(typeof(Named))]);

        catalogue.Read("unit.named.v1", JobCatalogue.Write(new Named("Ä🎢", 3))).ShouldBe(new Named("Ä🎢", 3));
        Should.Throw<JobFailedException>(() => catalogue.Read("unit.named.v1", "{")).Permanent.ShouldBeTrue();
    }

    [Fact]
    public void A_name_only_a_newer_node_knows_may_be_tried_again_elsewhere() =>
        Should.Throw<JobFailedException>(() => new JobCatalogue([]).Read("unit.newer.v2", "{}")).Permanent.ShouldBeFalse();

    [Fact]
    public void Two_commands_of_one_name_are_refused() =>
        Should.Throw<InvalidOperationException>(() => new JobCatalogue([new OneType(typeof(Named), typeof(Twin))])).Message.ShouldContain("unit.named.v1");

    private sealed record Nameless : IJobCommand;

    [Job("unit.named.v1", Queue = "imports", Priority = 7, Retries = 8, FirstDelay = "00:00:01.5", Factor = 3, MaxDelay = "02:00:00", Jitter = 0)]
    private sealed record Named(string Text, int Number) : IJobCommand;

    [Job("unit.named.v1")]
    private sealed record Twin : IJobCommand;

    private sealed class OneType(params Type[] types) : Assembly
    {
        public override Type[] GetTypes() => types;
    }
}
