using Microsoft.AspNetCore.Http;
using Shouldly;
using ThemePark.Modules.Import.Sources;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Sources;

public sealed class S3ArchiveSourceTests : IAsyncLifetime
{
    private const string A = "aaaaaaaa-3552-4cf6-b636-5babc5cbc4e5";
    private const string B = "bbbbbbbb-3552-4cf6-b636-5babc5cbc4e5";
    private StubBucket _bucket = null!;

    public async Task InitializeAsync() => _bucket = await StubBucket.StartAsync();

    public async Task DisposeAsync() => await _bucket.DisposeAsync();

    [Fact]
    public async Task Lists_thousands_of_keys_page_by_page_each_once_and_in_order()
    {
        var days = Enumerable.Range(0, 2500).Select(n => new DateOnly(2018, 1, 1).AddDays(n)).ToList();
        days.ForEach(day => _bucket.Put(Key(A, day), [1]));
        _bucket.Put(Key(B, days[0]), [1]);
        await using var harness = Harness();

        var listed = await harness.ListAsync();
        listed.Select(o => o.Key).ShouldBe([.. days.Select(d => Key(A, d)), Key(B, days[0])]);
        listed.ShouldAllBe(o => o.SkipReason == null && o.Size == 1 && o.LastModifiedUtc == new DateTime(2025, 1, 2, 3, 4, 5));
        listed[0].LastModifiedUtc.Kind.ShouldBe(DateTimeKind.Utc);
        // One for the top level, three for A, one for B; the region is asked for once.
        _bucket.Requests.Count(r => r.Method == "GET").ShouldBe(5);
        _bucket.Requests.Count(r => r.Method == "HEAD").ShouldBe(1);
    }

    [Fact]
    public async Task A_range_asks_only_for_its_months()
    {
        foreach (var day in new[] { new DateOnly(2024, 1, 31), new DateOnly(2024, 2, 1), new DateOnly(2024, 2, 2) })
        {
            _bucket.Put(Key(A, day), [1]);
            _bucket.Put(Key(B, day), [1]);
        }

        var prefixes = new List<string?>();
        _bucket.Fault = (http, _) =>
        {
            prefixes.Add(http.Request.Query["prefix"]);
            return Task.FromResult(false);
        };
        await using var harness = Harness(("Region", "eu-west-2"));
        var listed = await harness.ListAsync(Guid.Parse(A), new DateOnly(2024, 2, 1), new DateOnly(2024, 2, 1));

        listed.ShouldHaveSingleItem().Key.ShouldBe(Key(A, new DateOnly(2024, 2, 1)));
        prefixes.ShouldBe([null, $"{A}/2024/02/"]);
    }

    [Fact]
    public async Task A_listing_that_changes_between_pages_neither_repeats_nor_fails()
    {
        var days = Enumerable.Range(0, 30).Select(n => new DateOnly(2024, 1, 2).AddDays(n)).ToList();
        days.ForEach(day => _bucket.Put(Key(A, day), [1]));
        _bucket.PageSize = 10;
        var page = 0;
        _bucket.BetweenPages = () =>
        {
            // First one appears before everything read so far, so the last key read comes again; then the last one vanishes.
            if (++page == 1)
            {
                _bucket.Put(Key(A, new DateOnly(2024, 1, 1)), [1]);
            }
            else
            {
                _bucket.Objects.TryRemove(Key(A, days[^1]), out _);
            }
        };
        await using var harness = Harness();

        var listed = await harness.ListAsync();
        listed.Select(o => o.Key).ShouldBe(days[..^1].Select(d => Key(A, d)));
    }

    [Fact]
    public async Task Strange_keys_are_listed_with_a_reason_and_their_exact_name()
    {
        string[] strays = ["destinations.json", "a b+c%2F&<é>.txt", $"{A}/2024/01/", $"{A}/2024/02/30.json.gz", $"{A}/x y/é+%41.json", "logs/1"];
        Array.ForEach(strays, key => _bucket.Put(key, [1]));
        await using var harness = Harness();

        var listed = await harness.ListAsync();
        Runbook.ShouldExplain("FOLDER_MARKER", "FOLDER_MARKER", "skipped", listed.Single(o => o.Key.EndsWith('/')).SkipReason);
        listed.Select(o => (o.Key, o.SkipReason)).ShouldBe(
        [
            ("a b+c%2F&<é>.txt", SkipReasons.NotADayFile),
            ("destinations.json", SkipReasons.Catalogue),
            ($"{A}/2024/01/", SkipReasons.FolderMarker),
            ($"{A}/2024/02/30.json.gz", SkipReasons.BadDate),
            ($"{A}/x y/é+%41.json", SkipReasons.NotADayFile),
            ("logs/1", SkipReasons.NotADayFile),
        ]);
    }

    [Fact]
    public async Task Requests_are_anonymous_without_keys_and_signed_for_the_discovered_region_with_them()
    {
        _bucket.Put(Key(A, new DateOnly(2024, 1, 1)), [1]);
        _bucket.Region = "ap-southeast-7";
        await using (var anonymous = Harness())
        {
            await anonymous.FetchAsync((await anonymous.ListAsync()).Single());
        }

        _bucket.Requests.ShouldAllBe(r => r.Authorization == null);
        _bucket.Requests.Clear();
        await using (var signed = Harness(("AccessKey", "me"), ("SecretKey", "hush")))
        {
            await signed.FetchAsync((await signed.ListAsync()).Single());
        }

        _bucket.Requests.Where(r => r.Method == "GET").ShouldAllBe(r => r.Authorization!.Contains("/ap-southeast-7/s3/"));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(403)]
    public async Task The_region_is_read_from_a_redirect_or_refusal_too(int status)
    {
        _bucket.Put(Key(A, new DateOnly(2024, 1, 1)), [1]);
        _bucket.Fault = (http, _) =>
        {
            http.Response.Headers["x-amz-bucket-region"] = "sa-east-1";
            http.Response.StatusCode = http.Request.Method == "HEAD" ? status : 200;
            return Task.FromResult(http.Request.Method == "HEAD");
        };
        await using var harness = Harness(("AccessKey", "me"), ("SecretKey", "hush"));
        (await harness.ListAsync()).Count.ShouldBe(1);
        _bucket.Requests.Last().Authorization!.ShouldContain("/sa-east-1/s3/");
    }

    [Fact]
    public async Task A_configured_region_is_not_asked_for_and_a_wrong_one_is_explained()
    {
        _bucket.Fault = async (http, _) =>
        {
            http.Response.Headers["x-amz-bucket-region"] = "eu-west-2";
            await StubBucket.FailAsync(http, 301, "PermanentRedirect");
            return true;
        };
        await using var harness = Harness(("Region", "us-east-1"));
        var e = await ListFailsAsync(harness);
        (e.Kind, e.IsSource).ShouldBe((ArchiveErrors.Misconfigured, true));
        Runbook.ShouldExplain("MISCONFIGURED", "301 …: …", "source", e.Message);
        e.Message.ShouldContain("eu-west-2");
        _bucket.Requests.ShouldAllBe(r => r.Method == "GET");
        _bucket.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_missing_bucket_is_a_mistake_in_the_settings()
    {
        await using var harness = Harness(("Bucket", "other"));
        var e = await ListFailsAsync(harness);
        (e.Kind, e.IsSource, e.Retriable).ShouldBe((ArchiveErrors.Misconfigured, true, false));
        Runbook.ShouldExplain("MISCONFIGURED", "There is no bucket '…'.", "source", e.Message);
    }

    [Fact]
    public async Task A_source_that_wants_fewer_requests_is_at_fault_as_a_whole()
    {
        _bucket.Fault = async (http, _) =>
        {
            await StubBucket.FailAsync(http, 429, "TooManyRequests");
            return true;
        };
        await using var harness = Harness(("Region", "eu-west-2"), ("Retries", "1"));
        var e = await ListFailsAsync(harness);
        (e.Kind, e.IsSource, e.Retriable).ShouldBe((ArchiveErrors.Throttled, true, true));
        Runbook.ShouldExplain("THROTTLED", "429 …: …", "source", e.Message);
    }

    [Fact]
    public async Task A_forbidden_listing_is_not_retried()
    {
        _bucket.Fault = async (http, _) =>
        {
            await StubBucket.FailAsync(http, 403, "AccessDenied");
            return true;
        };
        await using var harness = Harness(("Region", "eu-west-2"));
        var e = await ListFailsAsync(harness);
        (e.Kind, e.IsSource).ShouldBe((ArchiveErrors.Forbidden, true));
        _bucket.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("<!doctype html><html><body><p>Please log in<br></body></html>")]
    [InlineData("<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>Please log in</p></body></html>")]
    [InlineData("")]
    [InlineData("{\"ok\":true}")]
    public async Task A_web_page_is_not_an_empty_listing(string page)
    {
        _bucket.Put(Key(A, new DateOnly(2024, 1, 1)), [1]);
        var broken = true;
        _bucket.Fault = async (http, _) =>
        {
            if (http.Request.Method == "HEAD" || !broken)
            {
                return false;
            }

            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync(page);
            return true;
        };
        await using var harness = Harness(("Retries", "2"), ("BreakerFailures", "10"));
        var e = await ListFailsAsync(harness);
        (e.Kind, e.IsSource, e.Retriable).ShouldBe((ArchiveErrors.UnexpectedContent, true, true));
        _bucket.Requests.Count(r => r.Method == "GET").ShouldBe(3);

        broken = false;
        (await harness.ListAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_listing_that_goes_in_circles_ends()
    {
        _bucket.Fault = async (http, _) =>
        {
            if (http.Request.Method == "HEAD")
            {
                return false;
            }

            await http.Response.WriteAsync(
                $"<ListBucketResult><Name>{StubBucket.Name}</Name><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>");
            return true;
        };
        await using var harness = Harness();
        var e = await ListFailsAsync(harness);
        (e.Kind, e.IsSource).ShouldBe((ArchiveErrors.UnexpectedContent, true));
        Runbook.ShouldExplain("UNEXPECTED_CONTENT", "The listing goes in circles.", "source", e.Message);
    }

    [Fact]
    public async Task A_page_that_fails_for_a_while_is_asked_for_again_and_the_listing_is_whole()
    {
        var days = Enumerable.Range(0, 25).Select(n => new DateOnly(2024, 1, 1).AddDays(n)).ToList();
        days.ForEach(day => _bucket.Put(Key(A, day), [1]));
        _bucket.PageSize = 10;
        var requests = 0;
        _bucket.Fault = async (http, _) =>
        {
            if (Interlocked.Increment(ref requests) % 2 == 1)
            {
                await StubBucket.FailAsync(http, 503, "SlowDown");
                return true;
            }

            return false;
        };
        await using var harness = Harness();
        (await harness.ListAsync()).Select(o => o.Key).ShouldBe(days.Select(d => Key(A, d)));
    }

    [Fact]
    public async Task A_black_hole_ends_in_time()
    {
        _bucket.Fault = async (http, _) =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await using var harness = Harness(("ReadTimeout", "00:00:00.2"), ("Retries", "1"));
        var e = await ListFailsAsync(harness).WaitAsync(TimeSpan.FromSeconds(20));
        (e.Kind, e.IsSource, e.Retriable).ShouldBe((ArchiveErrors.Timeout, true, true));
        Runbook.ShouldExplain("TIMEOUT", "No answer in time: ….", "source", e.Message);
    }

    [Fact]
    public async Task Nobody_listening_is_an_unavailable_source()
    {
        await _bucket.DisposeAsync();
        await using var harness = Harness(("Retries", "1"));
        var e = await ListFailsAsync(harness);
        (e.Kind, e.IsSource).ShouldBe((ArchiveErrors.Unavailable, true));
        harness.Guard.Status().LastErrorKind.ShouldBe(ArchiveErrors.Unavailable);
    }

    [Fact]
    public async Task Cancelling_is_a_cancellation_not_an_error()
    {
        _bucket.Fault = async (http, _) =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await using var harness = Harness();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await harness.Source.ListAsync(null, null, null, cancel.Token).ToListAsync(cancel.Token));
        harness.Guard.Status().Failed.ShouldBe(0);
    }

    [Fact]
    public async Task The_catalogue_and_the_destinations_are_read_from_the_top()
    {
        await using var harness = Harness();
        (await harness.Source.ReadCatalogueAsync(CancellationToken.None)).ShouldBeNull();
        _bucket.Put("destinations.json", "{\"é\":1}"u8.ToArray());
        _bucket.Put(Key(A, new DateOnly(2024, 1, 1)), [1]);
        _bucket.Put(Key(A, new DateOnly(2024, 1, 3)), [1]);
        _bucket.Put($"{B}/readme", [1]);

        (await harness.Source.ReadCatalogueAsync(CancellationToken.None)).ShouldBe("{\"é\":1}");
        (await harness.Source.ListDestinationsAsync(CancellationToken.None).ToListAsync()).ShouldBe([Guid.Parse(A), Guid.Parse(B)]);
        (await harness.Source.ListExtentsAsync(CancellationToken.None)).ShouldBe(
            [new ArchiveExtent(Guid.Parse(A), new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 3), 2)]);
        _bucket.Put("destinations.json", new byte[(8 * 1024 * 1024) + 1]);
        (await harness.Source.ReadCatalogueAsync(CancellationToken.None)).ShouldBeNull();
    }

    private static string Key(string destination, DateOnly day) => $"{destination}/{day.Year:0000}/{day.Month:00}/{day.Day:00}.json.gz";

    private static Task<ArchiveException> ListFailsAsync(ArchiveHarness harness) =>
        Should.ThrowAsync<ArchiveException>(async () => await harness.ListAsync());

    private ArchiveHarness Harness(params (string, string)[] settings) =>
        new([("Bucket", StubBucket.Name), ("Endpoint", _bucket.Endpoint), .. settings]);
}
