using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.UnitTests.Jobs;

public sealed class RecurringJobTests
{
    [Theory]
    [InlineData("", "* * * * *", "UTC", "d")]
    [InlineData("Live", "* * * * *", "UTC", "d")]
    [InlineData("a:b", "* * * * *", "UTC", "d")]
    [InlineData("-a", "* * * * *", "UTC", "d")]
    [InlineData("live", "* * * *", "UTC", "d")]
    [InlineData("live", "* * * * *", "Nowhere", "d")]
    [InlineData("live", "* * * * *", "UTC", "")]
    public void What_cannot_be_declared_is_refused_where_it_is_declared(string name, string cron, string zone, string description) =>
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddRecurring(name, new Sweep(1), cron, description, zone));

    [Fact]
    public void Configuration_gives_other_defaults_to_the_schedule_it_names()
    {
        var jobs = Declared([("Schedules:sweep:Cron", "0 3 * * *"), ("Schedules:sweep:TimeZone", "Europe/Berlin"), ("Schedules:sweep:Enabled", "false")]);

        var sweep = jobs.Find("sweep").ShouldNotBeNull();
        (sweep.Cron, sweep.TimeZone, sweep.Enabled, sweep.Payload).ShouldBe(("0 3 * * *", "Europe/Berlin", false, """{"depth":1}"""));
        var wash = jobs.Find("wash").ShouldNotBeNull();
        (wash.Cron, wash.TimeZone, wash.Enabled).ShouldBe(("*/5 * * * *", "UTC", true));
    }

    [Fact]
    public void A_wrong_default_in_configuration_stops_the_start_and_is_named() =>
        Should.Throw<SettingException>(() => Declared([("Schedules:sweep:Cron", "often")])).Message.ShouldContain("Schedules:sweep");

    [Fact]
    public void Two_of_a_name_are_refused() => Should.Throw<InvalidOperationException>(() => Declared([], "wash")).Message.ShouldContain("wash");

    [Fact]
    public void A_command_no_node_could_run_is_refused() =>
        Should.Throw<InvalidOperationException>(() => new RecurringJobs([Job("sweep")], new JobCatalogue([]), Configuration([]))).Message.ShouldContain("test.sweep.v1");

    private static RecurringJobs Declared((string Key, string Value)[] settings, params string[] more) => new(
        new[] { "sweep", "wash" }.Concat(more).Select(Job), new JobCatalogue([new OneType()]), Configuration(settings));

    private static RecurringJob Job(string name) => RecurringJob.Of(name, new Sweep(1), "*/5 * * * *", "UTC", "d");

    private static IConfiguration Configuration((string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();

    private sealed class OneType : Assembly
    {
        public override Type[] GetTypes() => [typeof(Sweep)];
    }

    [Job("test.sweep.v1")]
    private sealed record Sweep(int Depth) : IJobCommand;
}
