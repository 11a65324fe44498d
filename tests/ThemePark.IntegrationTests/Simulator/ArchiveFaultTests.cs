using System.Diagnostics;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.IntegrationTests.Simulator;

public sealed class ArchiveFaultTests
{
    private static readonly string Key = ServedArchive.Key(ServedArchive.First, 5);
    private static readonly Uri KeyUri = new(Key, UriKind.Relative);

    [Theory]
    [InlineData(FaultKind.InternalError, 500, "InternalError")]
    [InlineData(FaultKind.Unavailable, 503, "SlowDown")]
    [InlineData(FaultKind.TooManyRequests, 429, "TooManyRequests")]
    [InlineData(FaultKind.Forbidden, 403, "AccessDenied")]
    [InlineData(FaultKind.NotFound, 404, "NoSuchKey")]
    public async Task An_error_status_comes_as_S3_error(FaultKind kind, int status, string code)
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(kind)));
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => archive.S3.GetObjectAsync(ServedArchive.Bucket, Key));
        ((int)error.StatusCode).ShouldBe(status);
        error.ErrorCode.ShouldBe(code);
        archive.Server.Requests.All.ShouldHaveSingleItem().Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("429", "1")]
    [InlineData("429,retry-after=7", "7")]
    [InlineData("503,retry-after=2", "2")]
    [InlineData("503", null)]
    public async Task Retry_after_is_sent_in_seconds(string fault, string? seconds)
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(Fault.Parse(fault)));
        using var response = await archive.Http.GetAsync(KeyUri);
        response.Headers.TryGetValues("Retry-After", out var values);
        values?.Single().ShouldBe(seconds);
        (values is null).ShouldBe(seconds is null);
    }

    [Fact]
    public async Task A_truncated_body_ends_in_a_broken_connection()
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(FaultKind.Truncated)));
        using var response = await archive.Http.GetAsync(KeyUri, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentLength.ShouldBe(1_000);
        await Should.ThrowAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_length_too_long_ends_in_a_broken_connection_after_the_whole_body()
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(FaultKind.LongLength)));
        using var response = await archive.Http.GetAsync(KeyUri, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentLength.ShouldBe(1_100);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var body = new byte[1_000];
        await stream.ReadExactlyAsync(body);
        body.ShouldBe(ServedArchive.Body(5));
        await Should.ThrowAsync<IOException>(async () => await stream.ReadExactlyAsync(body));
    }

    [Fact]
    public async Task A_length_too_short_looks_whole_but_for_its_size()
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(FaultKind.ShortLength)));
        using var response = await archive.Http.GetAsync(KeyUri);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(ServedArchive.Body(5)[..900]);
        var listed = await archive.S3.GetObjectMetadataAsync(ServedArchive.Bucket, Key);
        response.Headers.ETag!.Tag.ShouldBe(listed.ETag);
        listed.ContentLength.ShouldBe(1_000);
    }

    [Fact]
    public async Task A_slow_body_arrives_whole_after_its_delays()
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(Fault.Parse("slow,delay=30")));
        var clock = Stopwatch.StartNew();
        (await archive.Http.GetByteArrayAsync(KeyUri)).ShouldBe(ServedArchive.Body(5));
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task A_black_hole_sends_nothing_and_does_not_hold_up_the_end_of_the_server()
    {
        var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(FaultKind.BlackHole)));
        var pending = archive.Http.GetAsync(KeyUri, HttpCompletionOption.ResponseHeadersRead);
        (await Task.WhenAny(pending, Task.Delay(300))).ShouldNotBe(pending);
        var clock = Stopwatch.StartNew();
        await archive.Server.DisposeAsync();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        await Should.ThrowAsync<HttpRequestException>(() => pending);
        archive.Server.Requests.All.ShouldHaveSingleItem().Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_stalled_body_sends_half_and_then_nothing()
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(FaultKind.Stalled)));
        using var response = await archive.Http.GetAsync(KeyUri, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var half = new byte[500];
        await stream.ReadExactlyAsync(half);
        var more = stream.ReadAsync(new byte[1]).AsTask();
        (await Task.WhenAny(more, Task.Delay(300))).ShouldNotBe(more);
    }

    [Fact]
    public async Task An_HTML_page_comes_with_200_for_objects_and_listings()
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(FaultKind.HtmlBody)));
        foreach (var path in new[] { Key, "?list-type=2" })
        {
            using var response = await archive.Http.GetAsync(new Uri(path, UriKind.Relative));
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        }
    }

    [Fact]
    public async Task An_empty_listing_hides_objects_that_are_there()
    {
        await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan().Add(new Fault(FaultKind.EmptyListing) { Count = 1 }));
        var request = new ListObjectsV2Request { BucketName = ServedArchive.Bucket };
        (await archive.S3.ListObjectsV2Async(request)).KeyCount.ShouldBe(0);
        (await archive.S3.ListObjectsV2Async(request)).KeyCount.ShouldBe(51);
    }

    [Fact]
    public async Task A_listing_changes_between_its_pages()
    {
        var faults = new FaultPlan().Add(new Fault(FaultKind.ChangingListing) { Attempt = 2, Count = 1 });
        await using var archive = await ServedArchive.StartAsync(pageSize: 10, faults);
        var keys = new List<string>();
        var request = new ListObjectsV2Request { BucketName = ServedArchive.Bucket, Prefix = ServedArchive.First + "/" };
        ListObjectsV2Response page;
        do
        {
            page = await archive.S3.ListObjectsV2Async(request);
            keys.AddRange(page.S3Objects.Select(o => o.Key));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);

        // Day 10 was listed and is gone, day 11 was never listed, day 26 is new.
        keys.ShouldBe(Enumerable.Range(1, 26).Where(d => d != 11).Select(d => ServedArchive.Key(ServedArchive.First, d)));
        foreach (var (day, exists) in new[] { (9, true), (10, false), (11, false), (26, true) })
        {
            using var response = await archive.Http.GetAsync(new Uri(ServedArchive.Key(ServedArchive.First, day), UriKind.Relative));
            response.IsSuccessStatusCode.ShouldBe(exists, ServedArchive.Key(ServedArchive.First, day));
        }
    }

    [Fact]
    public async Task A_fault_keeps_to_its_operation_keys_attempts_and_count()
    {
        var faults = new FaultPlan().Add(Fault.Parse($"503,op=get,keys={ServedArchive.First}/*/05.json.gz,attempt=2,count=2"));
        await using var archive = await ServedArchive.StartAsync(faults: faults);
        async Task<int> Get(string key)
        {
            using var response = await archive.Http.GetAsync(new Uri(key, UriKind.Relative));
            return (int)response.StatusCode;
        }

        (await Get(Key), await Get(Key), await Get(Key), await Get(Key)).ShouldBe((200, 503, 503, 200));
        var sibling = ServedArchive.Key(ServedArchive.First, 6);
        (await Get(sibling), await Get(sibling)).ShouldBe((200, 200));
        (await Get("?list-type=2"), await Get("?list-type=2")).ShouldBe((200, 200));
        archive.Server.Requests.Clear();
        faults.Clear();
        (await Get(Key), await Get(Key)).ShouldBe((200, 200));
    }

    [Fact]
    public async Task A_probability_fails_the_same_requests_in_every_run()
    {
        async Task<string> Run(ulong seed)
        {
            await using var archive = await ServedArchive.StartAsync(faults: new FaultPlan(seed).Add(Fault.Parse("500,probability=0.4")));
            foreach (var day in Enumerable.Range(1, 25))
            {
                using var response = await archive.Http.GetAsync(new Uri(ServedArchive.Key(ServedArchive.First, day), UriKind.Relative));
            }

            return string.Concat(archive.Server.Requests.All.Select(r => r.Status == 200 ? '.' : 'x'));
        }

        var first = await Run(3);
        (await Run(3)).ShouldBe(first);
        (await Run(4)).ShouldNotBe(first);
        first.Count(c => c == 'x').ShouldBeInRange(4, 16);
    }
}
