using System.Globalization;
using System.Net;
using Shouldly;
using ThemePark.Host.Console.Access;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Host;

public sealed class SignInLimitsTests
{
    private static readonly IPAddress Somebody = IPAddress.Parse("192.0.2.1");
    private readonly ManualTime _time = new();
    private readonly SignInLimits _limits;

    public SignInLimitsTests() => _limits = new SignInLimits(_time);

    [Fact]
    public void The_first_failures_cost_nothing_then_each_doubles_the_wait_to_a_quarter_of_an_hour()
    {
        for (var i = 0; i < SignInLimits.Failures; i++)
        {
            _limits.Enter(Somebody).ShouldBeNull();
        }

        foreach (var minutes in (int[])[1, 2, 4, 8, 15, 15])
        {
            var wait = _limits.Enter(Somebody);
            wait.ShouldBe(TimeSpan.FromMinutes(minutes));
            _time.Advance(wait!.Value - TimeSpan.FromSeconds(1));
            _limits.Enter(Somebody).ShouldBe(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
            _limits.Enter(Somebody).ShouldBeNull();
        }
    }

    [Fact]
    public void Attempts_made_at_once_are_counted_before_any_of_them_has_failed()
    {
        var allowed = 0;
        Parallel.For(0, 100, _ =>
        {
            if (_limits.Enter(Somebody) is null)
            {
                Interlocked.Increment(ref allowed);
            }
        });
        allowed.ShouldBe(SignInLimits.Failures);
    }

    [Fact]
    public void Success_and_an_hour_of_silence_are_forgiving()
    {
        LockOut(Somebody);
        _time.Advance(TimeSpan.FromMinutes(1));
        _limits.Enter(Somebody).ShouldBeNull();
        _limits.Succeeded(Somebody);
        LockOut(Somebody);

        _time.Advance(TimeSpan.FromHours(1));
        LockOut(Somebody);
    }

    [Fact]
    public void Others_are_not_locked_out_but_a_network_of_ipv6_is_one()
    {
        LockOut(Somebody);
        _limits.Enter(IPAddress.Parse("192.0.2.2")).ShouldBeNull();
        _limits.Enter(IPAddress.Parse("::ffff:192.0.2.1")).ShouldNotBeNull();

        LockOut(IPAddress.Parse("2001:db8::1"));
        _limits.Enter(IPAddress.Parse("2001:db8::ffff:2")).ShouldNotBeNull();
        _limits.Enter(IPAddress.Parse("2001:db8:0:1::1")).ShouldBeNull();
    }

    [Fact]
    public void Memory_is_bounded_and_forgets_the_oldest_first()
    {
        LockOut(Somebody);
        for (var i = 0; i < SignInLimits.MostAddresses; i++)
        {
            _time.Advance(TimeSpan.FromTicks(1));
            _limits.Enter(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.0.{i / 250}.{i % 250}")));
        }

        _limits.Enter(Somebody).ShouldBeNull();
    }

    private void LockOut(IPAddress address)
    {
        for (var i = 0; i < SignInLimits.Failures; i++)
        {
            _limits.Enter(address).ShouldBeNull();
        }

        _limits.Enter(address).ShouldNotBeNull();
    }
}
