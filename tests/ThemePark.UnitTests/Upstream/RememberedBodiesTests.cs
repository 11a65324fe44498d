using Shouldly;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Upstream;

public sealed class RememberedBodiesTests
{
    private readonly RememberedBodies _bodies = new(most: 3, mostBytes: 100);

    [Fact]
    public void The_last_body_of_a_path_is_remembered_and_one_without_an_etag_forgotten()
    {
        Keep("a", 10, "\"1\"");
        Keep("a", 20, "\"2\"");
        _bodies.Find("a").ShouldNotBeNull().ETag.ShouldBe("\"2\"");
        Keep("a", 20, null);
        _bodies.Find("a").ShouldBeNull();
    }

    [Fact]
    public void The_longest_unused_goes_when_there_are_too_many()
    {
        Keep("a", 1);
        Keep("b", 1);
        Keep("c", 1);
        _bodies.Find("a").ShouldNotBeNull();
        Keep("d", 1);
        _bodies.Find("b").ShouldBeNull();
        new[] { "a", "c", "d" }.ShouldAllBe(p => _bodies.Find(p) != null);
    }

    [Fact]
    public void Bytes_are_bounded_too_and_those_of_replaced_bodies_do_not_count()
    {
        Keep("a", 60);
        Keep("a", 60);
        Keep("b", 40);
        _bodies.Find("a").ShouldNotBeNull();
        Keep("c", 1);
        _bodies.Find("b").ShouldBeNull();
        _bodies.Find("a").ShouldNotBeNull();
        Keep("huge", 101);
        new[] { "a", "b", "c", "huge" }.ShouldAllBe(p => _bodies.Find(p) == null);
    }

    private void Keep(string path, int bytes, string? etag = "\"x\"") =>
        _bodies.Keep(new UpstreamDocument(path, new byte[bytes], etag, false, DateTimeOffset.UnixEpoch, false));
}
