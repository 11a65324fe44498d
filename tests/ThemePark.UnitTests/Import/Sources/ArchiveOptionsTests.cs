using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Import.Sources;
using Xunit;

namespace ThemePark.UnitTests.Import.Sources;

public sealed class ArchiveOptionsTests
{
    [Theory]
    [InlineData("", "sample")]
    [InlineData("Archive:Bucket=", "sample")]
    [InlineData("Archive:Bucket=b", "s3")]
    [InlineData("ARCHIVE_S3_BUCKET=b", "s3")]
    [InlineData("Archive:Directory=/mirror", "directory")]
    [InlineData("Archive:Bucket=b;Archive:Directory=/mirror", "directory")]
    public void The_settings_choose_the_source(string settings, string kind)
    {
        using var services = Services(settings);
        services.GetRequiredService<IArchiveSource>().Kind.ShouldBe(kind);
        services.GetRequiredService<ArchiveFetcher>().ShouldNotBeNull();
    }

    [Fact]
    public void The_seeds_names_work_and_ours_win()
    {
        var options = Read("ARCHIVE_S3_BUCKET=old;ARCHIVE_S3_REGION=eu-west-2;Archive:Bucket=new;Archive:Parallelism=7;Archive:ReadTimeout=00:00:03");
        (options.Bucket, options.Region, options.Parallelism, options.ReadTimeout).ShouldBe(("new", "eu-west-2", 7, TimeSpan.FromSeconds(3)));
    }

    [Theory]
    [InlineData("DataDirectory=/srv/park", "/srv/park/raw", "/srv/park/sample-archive")]
    [InlineData("DataDirectory=/srv/park;Archive:RawPath=/raw;Archive:SamplePath=/sample", "/raw", "/sample")]
    public void Raw_objects_and_the_sample_lie_in_the_data_directory_unless_told_otherwise(string settings, string raw, string sample)
    {
        using var services = Services(settings);
        services.GetRequiredService<RawStore>().Root.ShouldBe(raw);
        services.GetRequiredService<IArchiveSource>().Location.ShouldBe(sample);
    }

    [Fact]
    public void The_location_shows_no_secret()
    {
        using var services = Services("Archive:Bucket=b;Archive:Endpoint=http://localhost:9000/;Archive:AccessKey=me;Archive:SecretKey=hush");
        services.GetRequiredService<IArchiveSource>().Location.ShouldBe("http://localhost:9000/b");
    }

    [Theory]
    [InlineData("Archive:Parallelism=0", "Archive:Parallelism")]
    [InlineData("Archive:Retries=-1", "Archive:Retries")]
    [InlineData("Archive:AccessKey=me", "Archive:AccessKey")]
    [InlineData("Archive:Endpoint=localhost:9000", "Archive:Endpoint")]
    [InlineData("Archive:Endpoint=http://me:hush@localhost", "Archive:Endpoint")]
    [InlineData("Archive:ReadTimeout=00:00:00", "Archive:ReadTimeout")]
    [InlineData("Archive:MaxRetryDelay=00:00:00.1", "Archive:RetryDelay")]
    public void A_bad_setting_is_named(string settings, string name) =>
        Should.Throw<InvalidOperationException>(() => Read(settings)).Message.ShouldContain(name);

    private static ArchiveOptions Read(string settings)
    {
        var options = new ArchiveOptions();
        options.Read(Configuration(settings));
        return options;
    }

    private static ServiceProvider Services(string settings) => new ServiceCollection()
        .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
        .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
        .AddArchiveSources(Configuration(settings))
        .BuildServiceProvider();

    private static IConfiguration Configuration(string settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], (string?)p[1])))
        .Build();
}
