using Shouldly;
using ThemePark.Modules.Storage.Measuring;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class SpacesTests
{
    [Theory]
    [InlineData("themepark", "rides", "", "themepark/rides")]
    [InlineData("themepark", "queue_data", "p202511", "themepark/queue_data#P#p202511")]
    [InlineData("theme-park", "my table", "", "theme@002dpark/my@0020table")]
    public void Tablespaces_are_named_as_the_server_names_files(string schema, string table, string partition, string name) =>
        Spaces.NameOf(schema, table, partition).ShouldBe(name);

    [Fact]
    public void A_hole_takes_no_place()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.OpenWrite(path))
            {
                file.SetLength(16 << 20);
                file.Position = 8 << 20;
                file.Write(new byte[10_000]);
                file.Flush(flushToDisk: true);
            }

            FileAllocation.Of(path).ShouldNotBeNull().ShouldBeInRange(10_000, 1 << 20);
            FileAllocation.Of(path + ".none").ShouldBeNull();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_same_path_on_another_machine_is_not_looked_at()
    {
        var here = new ThisMachine("db1");

        DataFiles.Find(here, "db1.example.org", Path.GetTempPath()).ShouldNotBeNull();
        DataFiles.Find(here, "db2.example.org", Path.GetTempPath()).ShouldBeNull();
        DataFiles.Find(here, "db1.example.org", "/no/such/place").ShouldBeNull();
    }
}
