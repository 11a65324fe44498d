using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.IntegrationTests.Simulator;

public sealed class ArchiveServerTests
{
    [Fact]
    public async Task Listing_pages_through_all_objects_in_the_order_of_their_keys()
    {
        await using var archive = await ServedArchive.StartAsync(pageSize: 7);
        var pages = 0;
        var found = new List<S3Object>();
        var request = new ListObjectsV2Request { BucketName = ServedArchive.Bucket };
        ListObjectsV2Response page;
        do
        {
            page = await archive.S3.ListObjectsV2Async(request);
            found.AddRange(page.S3Objects ?? []);
            request.ContinuationToken = page.NextContinuationToken;
            pages++;
        }
        while (page.IsTruncated == true);

        pages.ShouldBe(8);
        found.Count.ShouldBe(51);
        found.Select(o => o.Key).ShouldBe(found.Select(o => o.Key).Order(StringComparer.Ordinal));
        found.Select(o => o.Key).ShouldContain("read me & more.txt");
        var third = found.Single(o => o.Key == ServedArchive.Key(ServedArchive.First, 3));
        third.Size.ShouldBe(1_000);
        third.ETag.ShouldBe("\"" + Md5(ServedArchive.Body(3)) + "\"");
        third.LastModified!.Value.ToUniversalTime().ShouldBe(new DateTime(2025, 10, 3, 3, 0, 0, DateTimeKind.Utc));
        archive.Server.Requests.Count(S3Operation.List).ShouldBe(8);
    }

    [Fact]
    public async Task Listing_keeps_to_prefix_start_and_limit()
    {
        await using var archive = await ServedArchive.StartAsync();
        var page = await archive.S3.ListObjectsV2Async(new ListObjectsV2Request
        {
            BucketName = ServedArchive.Bucket,
            Prefix = ServedArchive.Second + "/2025/10/1",
            StartAfter = ServedArchive.Key(ServedArchive.Second, 12),
            MaxKeys = 4,
        });
        page.S3Objects.Select(o => o.Key).ShouldBe(Enumerable.Range(13, 4).Select(d => ServedArchive.Key(ServedArchive.Second, d)));
        page.IsTruncated.ShouldBe(true);
        var none = await archive.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = ServedArchive.Bucket, Prefix = "nothing/" });
        none.KeyCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("/etc/")]
    [InlineData("11111111-1111-4111-8111-111111111111/../")]
    public async Task A_prefix_does_not_lead_out_of_the_bucket(string prefix)
    {
        await using var archive = await ServedArchive.StartAsync();
        (await archive.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = ServedArchive.Bucket, Prefix = prefix })).KeyCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_delimiter_gives_each_common_prefix_once_over_all_pages()
    {
        await using var archive = await ServedArchive.StartAsync(pageSize: 1);
        var found = new List<string>();
        var request = new ListObjectsV2Request { BucketName = ServedArchive.Bucket, Delimiter = "/" };
        ListObjectsV2Response page;
        do
        {
            page = await archive.S3.ListObjectsV2Async(request);
            found.AddRange(page.CommonPrefixes ?? []);
            found.AddRange((page.S3Objects ?? []).Select(o => o.Key));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);

        found.ShouldBe([ServedArchive.First + "/", ServedArchive.Second + "/", "read me & more.txt"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Objects_are_read_anonymously_and_signed(bool withKeys)
    {
        await using var archive = await ServedArchive.StartAsync();
        using var s3 = archive.Client(withKeys ? new BasicAWSCredentials("key", "secret") : new AnonymousAWSCredentials());
        using var response = await s3.GetObjectAsync(ServedArchive.Bucket, ServedArchive.Key(ServedArchive.First, 9));
        using var body = new MemoryStream();
        await response.ResponseStream.CopyToAsync(body);
        body.ToArray().ShouldBe(ServedArchive.Body(9));
        response.ContentLength.ShouldBe(1_000);
        response.ETag.ShouldBe("\"" + Md5(ServedArchive.Body(9)) + "\"");
        archive.Server.Requests.Gets(ServedArchive.Key(ServedArchive.First, 9)).ShouldBe(1);
    }

    [Fact]
    public async Task An_unchanged_object_is_304_and_a_changed_one_is_sent()
    {
        await using var archive = await ServedArchive.StartAsync();
        var key = ServedArchive.Key(ServedArchive.First, 1);
        var request = new GetObjectRequest { BucketName = ServedArchive.Bucket, Key = key, EtagToNotMatch = "\"" + Md5(ServedArchive.Body(1)) + "\"" };
        (await Should.ThrowAsync<AmazonS3Exception>(() => archive.S3.GetObjectAsync(request))).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await File.WriteAllBytesAsync(archive.Path(key), ServedArchive.Body(30));
        using var response = await archive.S3.GetObjectAsync(request);
        response.ETag.ShouldBe("\"" + Md5(ServedArchive.Body(30)) + "\"");
        request.EtagToNotMatch = null;
        request.EtagToMatch = "\"other\"";
        (await Should.ThrowAsync<AmazonS3Exception>(() => archive.S3.GetObjectAsync(request))).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
    }

    [Theory]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=990-", 990, 10)]
    [InlineData("bytes=-5", 995, 5)]
    [InlineData("bytes=900-5000", 900, 100)]
    public async Task A_range_is_partial_content(string range, int from, int count)
    {
        await using var archive = await ServedArchive.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, ServedArchive.Key(ServedArchive.First, 2));
        request.Headers.TryAddWithoutValidation("Range", range).ShouldBeTrue();
        using var response = await archive.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(ServedArchive.Body(2)[from..(from + count)]);
        response.Content.Headers.ContentRange!.Length.ShouldBe(1_000);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416()
    {
        await using var archive = await ServedArchive.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, ServedArchive.Key(ServedArchive.First, 2));
        request.Headers.TryAddWithoutValidation("Range", "bytes=1000-").ShouldBeTrue();
        using var response = await archive.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Fact]
    public async Task The_region_is_told_by_HeadBucket()
    {
        await using var archive = await ServedArchive.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(archive.Server.BaseAddress, ServedArchive.Bucket));
        using var response = await archive.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("x-amz-bucket-region").ShouldBe(["eu-west-2"]);
        var head = await archive.S3.HeadBucketAsync(new HeadBucketRequest { BucketName = ServedArchive.Bucket });
        head.BucketRegion.ShouldBe("eu-west-2");
    }

    [Fact]
    public async Task Absent_objects_and_buckets_are_S3_errors()
    {
        await using var archive = await ServedArchive.StartAsync();
        foreach (var key in new[] { "nothing", ServedArchive.First, ServedArchive.First + "/2025//10/05.json.gz" })
        {
            (await Should.ThrowAsync<AmazonS3Exception>(() => archive.S3.GetObjectAsync(ServedArchive.Bucket, key))).StatusCode
                .ShouldBe(HttpStatusCode.NotFound, key);
        }

        (await Should.ThrowAsync<AmazonS3Exception>(() => archive.S3.GetObjectAsync(ServedArchive.Bucket, "nothing"))).ErrorCode.ShouldBe("NoSuchKey");
        (await Should.ThrowAsync<AmazonS3Exception>(() => archive.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "other" })))
            .ErrorCode.ShouldBe("NoSuchBucket");
        (await Should.ThrowAsync<AmazonS3Exception>(() => archive.S3.GetObjectMetadataAsync(ServedArchive.Bucket, "nothing"))).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        (await archive.S3.GetObjectMetadataAsync(ServedArchive.Bucket, ServedArchive.Key(ServedArchive.First, 2))).ContentLength.ShouldBe(1_000);
        using var put = await archive.Http.PutAsync(new Uri("new", UriKind.Relative), new StringContent("x"));
        put.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_taken_port_and_an_absent_directory_are_said_at_start()
    {
        await using var archive = await ServedArchive.StartAsync();
        await Should.ThrowAsync<IOException>(() => ArchiveServer.StartAsync(new ArchiveServerOptions { Directory = "/", Port = archive.Server.BaseAddress.Port }));
        await Should.ThrowAsync<DirectoryNotFoundException>(() => ArchiveServer.StartAsync(new ArchiveServerOptions { Directory = "/no/such/place" }));
    }

    [Fact]
    public async Task Requests_running_at_the_same_time_are_counted()
    {
        var faults = new FaultPlan().Add(new Fault(FaultKind.SlowBody) { Delay = TimeSpan.FromMilliseconds(50) });
        await using var archive = await ServedArchive.StartAsync(faults: faults);
        await Task.WhenAll(Enumerable.Range(1, 4).Select(d => archive.Http.GetByteArrayAsync(new Uri(ServedArchive.Key(ServedArchive.First, d), UriKind.Relative))));
        archive.Server.Requests.Peak(S3Operation.Get).ShouldBe(4);
        archive.Server.Requests.Count(S3Operation.Get).ShouldBe(4);
        archive.Server.Requests.Clear();
        archive.Server.Requests.Count(S3Operation.Get).ShouldBe(0);
    }

    private static string Md5(byte[] body)
    {
#pragma warning disable CA5351 // The ETag of S3.
        return Convert.ToHexStringLower(MD5.HashData(body));
#pragma warning restore CA5351
    }
}
