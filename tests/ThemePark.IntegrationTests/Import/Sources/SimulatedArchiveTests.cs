using Shouldly;
using ThemePark.IntegrationTests.Simulator;
using ThemePark.Modules.Import.Sources;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Sources;

/// <summary>The sources against the archive simulator: the same bucket over HTTP and as a directory.</summary>
public sealed class SimulatedArchiveTests
{
    [Fact]
    public async Task The_bucket_and_its_mirror_list_the_same_objects_with_the_same_etags()
    {
        var root = Directory.CreateTempSubdirectory("themepark-archive-");
        try
        {
            var archive = Path.Combine(root.FullName, "bucket");
            var report = await ArchiveGenerator.GenerateAsync(new GeneratorOptions { Out = archive, Days = 5, RidesPerPark = 2 });
            await using var server = await ArchiveServer.StartAsync(new ArchiveServerOptions { Directory = archive, PageSize = 7 });
            await using var bucket = Over(server);
            await using var mirror = new ArchiveHarness(("Directory", archive));
            var served = await bucket.ListAsync();
            var files = await mirror.ListAsync();

            served.Select(o => (o.Key, o.Day, o.SkipReason, o.Size)).ShouldBe(files.Select(o => (o.Key, o.Day, o.SkipReason, o.Size)), ignoreOrder: true);
            served.Where(o => o.SkipReason is null).Select(o => (o.Key, o.ETag))
                .ShouldBe(files.Where(o => o.SkipReason is null).Select(o => (o.Key, o.ETag)));
            served.Where(o => o.SkipReason is null).Select(o => o.Key).ShouldBe(report.Files.Select(f => f.Key), ignoreOrder: true);
            served.Where(o => o.SkipReason is not null).Select(o => o.Key).ShouldBe(report.Skipped.Select(s => s.Key), ignoreOrder: true);
            (await bucket.Source.ListExtentsAsync(CancellationToken.None)).ShouldBe(await mirror.Source.ListExtentsAsync(CancellationToken.None));
            (await bucket.Source.ReadCatalogueAsync(CancellationToken.None)).ShouldBe(await mirror.Source.ReadCatalogueAsync(CancellationToken.None));

            foreach (var o in served.Where(o => o.SkipReason is null))
            {
                var (left, right) = (await bucket.FetchAsync(o), await mirror.FetchAsync(o));
                (left.Raw, left.ETag).ShouldBe((right.Raw, right.ETag));
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Downloads_stay_within_the_allowed_parallelism()
    {
        await using var archive = await ServedArchive.StartAsync(pageSize: 10);
        await using var harness = Over(archive.Server, ("Parallelism", "3"));
        // Slow enough that they would pile up; no fault makes the client give one up that the server still counts.
        archive.Server.Faults.Add(Fault.Parse("slow,delay=20,op=get"));

        var listed = await harness.ListAsync();
        await Task.WhenAll(listed.Where(o => o.SkipReason is null).Select(harness.FetchAsync));

        archive.Server.Requests.Peak(S3Operation.Get).ShouldBe(3);
    }

    [Fact]
    public async Task Under_random_faults_everything_listed_arrives_whole()
    {
        await using var archive = await ServedArchive.StartAsync(pageSize: 10);
        await using var harness = Over(archive.Server, ("Retries", "8"), ("Parallelism", "3"), ("BreakerFailures", "100"), ("ReadTimeout", "00:00:02"));
        // One draw decides for all rules of an attempt, so the shares add up.
        string[] faults =
        [
            "500,probability=0.08", "503,probability=0.16", "truncate,probability=0.24", "short,probability=0.32", "long,probability=0.4",
            "html,probability=0.44", "stall,probability=0.45,op=get", "black-hole,probability=0.46",
        ];
        Array.ForEach(faults, f => archive.Server.Faults.Add(Fault.Parse(f)));

        var listed = await harness.ListAsync();
        listed.Count(o => o.SkipReason is null).ShouldBe(50);
        listed.Count(o => o.SkipReason is not null).ShouldBe(1);
        var fetched = await Task.WhenAll(listed.Where(o => o.SkipReason is null).Select(harness.FetchAsync));
        foreach (var (o, f) in listed.Where(o => o.SkipReason is null).Zip(fetched))
        {
            await using var raw = harness.Raw.OpenRead(f.Raw);
            var copy = new MemoryStream();
            await raw.CopyToAsync(copy);
            copy.ToArray().ShouldBe(ServedArchive.Body(o.Day!.Value.Day));
        }

        archive.Server.Requests.All.Select(r => r.Fault).Distinct().Count().ShouldBeGreaterThan(6);
    }

    [Theory]
    [InlineData("truncate", ArchiveErrors.BrokenBody)]
    [InlineData("short", ArchiveErrors.WrongLength)]
    [InlineData("long", ArchiveErrors.BrokenBody)]
    [InlineData("slow,delay=300", ArchiveErrors.SlowBody)]
    [InlineData("stall", ArchiveErrors.SlowBody)]
    [InlineData("black-hole", ArchiveErrors.Timeout)]
    [InlineData("html", ArchiveErrors.UnexpectedContent)]
    [InlineData("500", ArchiveErrors.ServerError)]
    [InlineData("503", ArchiveErrors.ServerError)]
    [InlineData("429,retry-after=0", ArchiveErrors.Throttled)]
    [InlineData("403", ArchiveErrors.Forbidden)]
    [InlineData("404", ArchiveErrors.Vanished)]
    public async Task Each_fault_has_its_name_and_the_other_objects_go_on(string fault, string kind)
    {
        await using var archive = await ServedArchive.StartAsync();
        await using var harness = Over(archive.Server, ("Retries", "1"), ("ReadTimeout", "00:00:01"), ("AttemptTimeout", "00:00:02"));
        var listed = await harness.ListAsync(Guid.Parse(ServedArchive.First));
        archive.Server.Faults.Add(Fault.Parse(fault) with { Operation = S3Operation.Get, Keys = listed[3].Key });

        var e = await Should.ThrowAsync<ArchiveException>(() => harness.FetchAsync(listed[3])).WaitAsync(TimeSpan.FromSeconds(30));
        e.Kind.ShouldBe(kind);
        archive.Server.Requests.Gets(listed[3].Key).ShouldBe(e.Retriable ? 2 : 1);
        (await harness.FetchAsync(listed[4])).Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_bucket_that_changes_while_it_is_listed_leaves_every_object_accounted_for()
    {
        await using var archive = await ServedArchive.StartAsync(pageSize: 10);
        archive.Server.Faults.Add(Fault.Parse("changing-listing"));
        await using var harness = Over(archive.Server);
        var listed = await harness.ListAsync();
        listed.Select(o => o.Key).ShouldBeUnique();
        listed.Count.ShouldBeGreaterThan(40);

        var kinds = await Task.WhenAll(listed.Where(o => o.SkipReason is null).Select(async o =>
        {
            try
            {
                await harness.FetchAsync(o);
                return "fetched";
            }
            catch (ArchiveException e)
            {
                return e.Kind;
            }
        }));
        var vanished = kinds.Count(k => k == ArchiveErrors.Vanished);
        vanished.ShouldBeGreaterThan(0);
        (kinds.Count(k => k == "fetched") + vanished + listed.Count(o => o.SkipReason is not null)).ShouldBe(listed.Count);
    }

    [Fact]
    public async Task A_changed_object_has_another_etag_and_an_unchanged_one_the_same()
    {
        await using var archive = await ServedArchive.StartAsync();
        await using var harness = Over(archive.Server);
        var before = await harness.ListAsync(Guid.Parse(ServedArchive.First));
        await File.WriteAllBytesAsync(archive.Path(before[7].Key), [1, 2, 3]);
        var after = await harness.ListAsync(Guid.Parse(ServedArchive.First));

        after.Zip(before).Where(p => p.First.ETag != p.Second.ETag).Select(p => p.First.Key).ShouldBe([before[7].Key]);
        (await harness.FetchAsync(before[7])).ETag.ShouldBe(after[7].ETag);
    }

    [Fact]
    public async Task The_region_is_asked_of_the_bucket_once()
    {
        await using var archive = await ServedArchive.StartAsync();
        await using var harness = Over(archive.Server);
        await harness.ListAsync();
        await harness.ListAsync();
        archive.Server.Requests.Count(S3Operation.HeadBucket).ShouldBe(1);
    }

    private static ArchiveHarness Over(ArchiveServer server, params (string, string)[] settings) =>
        new([("Bucket", server.Bucket), ("Endpoint", server.BaseAddress.ToString()), .. settings]);
}
