using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ThemePark.UnitTests.MySql;

public sealed class ServerVersionTests
{
    [Theory]
    [InlineData("10.11.19-MariaDB-0+deb12u1", true, "10.11.19")]
    [InlineData("5.5.5-10.6.2-MariaDB-log", true, "10.6.2")]
    [InlineData("11.4-mariadb", true, "11.4.0")]
    [InlineData("8.0.36", false, "8.0.36")]
    [InlineData("8.4.0-mysql", false, "8.4.0")]
    public void A_version_is_read_as_servers_and_people_write_it(string text, bool mariaDb, string version)
    {
        var parsed = ServerVersion.Parse(text);
        parsed.IsMariaDb.ShouldBe(mariaDb);
        parsed.Version.ShouldBe(Version.Parse(version));
        ServerVersion.Parse(parsed.ToString()).ShouldBe(parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MariaDB")]
    public void Text_without_a_version_is_an_error(string text)
    {
        Should.Throw<FormatException>(() => ServerVersion.Parse(text));
        ServerVersion.TryParse(text, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("5.7.44")]
    [InlineData("8.0.16-mysql")]
    [InlineData("10.3.39-MariaDB")]
    public void A_server_that_is_too_old_is_an_error(string text) => Should.Throw<NotSupportedException>(() => ServerVersion.Parse(text));

    [Fact]
    public void Products_of_one_number_are_not_equal()
    {
        ServerVersion mySql = new MySqlServerVersion("11.4.0"), mariaDb = new MariaDbServerVersion("11.4.0");
        mySql.ShouldNotBe(mariaDb);
        mariaDb.ShouldBe(ServerVersion.Parse("11.4.0-mariadb"));
    }
}
