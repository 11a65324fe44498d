using Shouldly;
using ThemePark.Modules.Operations.Watching;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed class MemoryLimitTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("themepark-memory-");

    [Theory]
    [InlineData("max", "max", 8_000L * 1024)]
    [InlineData("max", "4096000", 4_096_000L)]
    [InlineData("2048000", "4096000", 2_048_000L)]
    [InlineData("4096000", "2048000", 2_048_000L)]
    [InlineData("99999999999", "max", 8_000L * 1024)]
    public void The_least_of_the_machine_and_of_every_group_above_counts(string own, string above, long bytes)
    {
        Write("proc/meminfo", "MemFree:  1 kB\nMemTotal:        8000 kB\n");
        Write("proc/self/cgroup", "0::/system.slice/themepark.service\n");
        Write("cgroup/system.slice/themepark.service/memory.max", own);
        Write("cgroup/system.slice/memory.max", above);

        Read().ShouldBe(bytes);
    }

    [Fact]
    public void A_container_sees_its_limit_at_the_root()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("cgroup/memory.max", "1024\n");

        Read().ShouldBe(1024);
    }

    [Fact]
    public void What_cannot_be_seen_is_unknown()
    {
        Read().ShouldBeNull();
        Write("proc/meminfo", "nonsense\nMemTotal: many kB");
        Read().ShouldBeNull();
    }

    public void Dispose() => _root.Delete(recursive: true);

    private long? Read() => MemoryLimit.Read(Path.Combine(_root.FullName, "proc"), Path.Combine(_root.FullName, "cgroup"));

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
