using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Import.Sources;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Sources;

public sealed class ArchiveFetcherTests : IAsyncLifetime
{
    private const string A = "aaaaaaaa-3552-4cf6-b636-5babc5cbc4e5";
    private const string First = A + "/2024/01/01.json.gz";
    private const string Second = A + "/2024/01/02.json.gz";
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(300_000);
    private StubBucket _bucket = null!;

    public async Task InitializeAsync()
    {
        _bucket = await StubBucket.StartAsync();
        _bucket.Put(First, Content);
        _bucket.Put(Second, [1, 2, 3]);
    }

    public async Task DisposeAsync() => await _bucket.DisposeAsync();

    [Fact]
    public async Task A_day_arrives_whole_and_hashed()
    {
        await using var harness = Harness();
        var listed = await harness.ListAsync();
        var fetched = await harness.FetchAsync(listed[0]);

        (fetched.ETag, fetched.Attempts, fetched.Raw.Size).ShouldBe((listed[0].ETag, 1, Content.Length));
        fetched.Raw.Sha256Hex.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Content)));
        (await harness.Raw.VerifyAsync(fetched.Raw, CancellationToken.None)).ShouldBe(RawState.Intact);
        (await harness.ListAsync()).ShouldBe(listed);
    }

    [Fact]
    public async Task Stored_encoding_is_left_alone()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Content);
        }

        _bucket.Objects[First] = new StubObject(packed.ToArray()) { ContentEncoding = "gzip" };
        await using var harness = Harness();
        var fetched = await harness.FetchAsync((await harness.ListAsync())[0]);
        fetched.Raw.Sha256Hex.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(packed.ToArray())));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task A_passing_error_costs_one_more_request_and_no_more(int status)
    {
        await using var harness = Harness();
        var listed = await harness.ListAsync();
        FaultOnce(First, http => StubBucket.FailAsync(http, status, "InternalError"));

        (await harness.FetchAsync(listed[0])).Attempts.ShouldBe(2);
        _bucket.CountOf(First).ShouldBe(2);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("date")]
    public async Task Retry_after_holds_back_every_download(string retryAfter)
    {
        await using var harness = Harness();
        var listed = await harness.ListAsync();
        var told = DateTime.MinValue;
        var until = DateTime.MinValue;
        FaultOnce(First, async http =>
        {
            told = DateTime.UtcNow;
            // A date has whole seconds only.
            until = retryAfter == "1" ? told.AddSeconds(1) : new DateTime(told.Ticks - (told.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc).AddSeconds(2);
            http.Response.Headers.RetryAfter = retryAfter == "1" ? "1" : until.ToString("R");
            await StubBucket.FailAsync(http, 429, "TooManyRequests");
        });
        var first = harness.FetchAsync(listed[0]);
        while (harness.Guard.Status().WaitingUntil is null)
        {
            await Task.Delay(1);
        }

        await Task.WhenAll(first, harness.FetchAsync(listed[1]));
        var later = _bucket.Requests.Where(r => r.Method == "GET" && r.Key.Length > 0).Skip(1).ToList();
        later.Count.ShouldBe(2);
        later.ShouldAllBe(r => r.At >= until);
        harness.Guard.Status().Breaker.ShouldBe(BreakerState.Closed);
    }

    [Theory]
    [InlineData("BROKEN_BODY", "'…' broke off: …", "truncated")]
    [InlineData("BROKEN_BODY", "'…' broke off: …", "truncated chunks")]
    [InlineData("WRONG_LENGTH", "'…' has … bytes, listed with ….", "shorter")]
    [InlineData("WRONG_LENGTH", "'…' has … bytes, listed with ….", "shorter without length")]
    [InlineData("WRONG_LENGTH", "'…' has … bytes, listed with ….", "shorter without etag")]
    [InlineData("WRONG_LENGTH", "'…' has … bytes, listed with ….", "longer than announced")]
    [InlineData("WRONG_HASH", "'…' has MD5 …, its ETag says ….", "flipped bit")]
    [InlineData("SLOW_BODY", "'…' stopped coming.", "stalled")]
    [InlineData("SLOW_BODY", "'…' stopped coming.", "dripping")]
    [InlineData("TIMEOUT", "No answer for '…' in ….", "silent")]
    [InlineData("SERVER_ERROR", "500 …: …", "500")]
    [InlineData("UNAVAILABLE", "No connection: …: …", "closed at once")]
    [InlineData("UNEXPECTED_CONTENT", "A web page came instead of '…'.", "web page")]
    public async Task A_bad_answer_is_retried_and_if_it_stays_bad_it_is_named_and_leaves_nothing(string kind, string message, string fault)
    {
        await using var harness = Harness(("ReadTimeout", "00:00:00.5"), ("AttemptTimeout", "00:00:01.2"), ("Retries", "1"));
        var listed = await harness.ListAsync();
        _bucket.Fault = (http, key) => key == First ? MisbehaveAsync(http, fault) : Task.FromResult(false);
        var e = await Should.ThrowAsync<ArchiveException>(() => harness.FetchAsync(listed[0])).WaitAsync(TimeSpan.FromSeconds(30));
        (e.Kind, e.Retriable).ShouldBe((kind, true));
        Runbook.ShouldExplain(kind, message, "file", e.Message);
        e.IsSource.ShouldBe(kind == ArchiveErrors.Unavailable);
        _bucket.CountOf(First).ShouldBe(2);
        harness.Raw.Enumerate().ShouldBeEmpty();
        Directory.GetFiles(harness.Raw.Root, "*", SearchOption.AllDirectories).ShouldBeEmpty();

        FaultOnce(First, http => MisbehaveAsync(http, fault));
        (await harness.FetchAsync(listed[0])).Attempts.ShouldBe(2);
        harness.Guard.Status().Breaker.ShouldBe(BreakerState.Closed);
    }

    [Theory]
    [InlineData("FORBIDDEN", "403 …: …", 403, "AccessDenied")]
    [InlineData("VANISHED", "404 …: …", 404, "NoSuchKey")]
    [InlineData("REJECTED", "400 …: …", 400, "InvalidArgument")]
    public async Task A_clear_refusal_is_not_repeated(string kind, string message, int status, string code)
    {
        await using var harness = Harness();
        var listed = await harness.ListAsync();
        _bucket.Fault = async (http, key) =>
        {
            if (key != First)
            {
                return false;
            }

            await StubBucket.FailAsync(http, status, code);
            return true;
        };
        var e = await Should.ThrowAsync<ArchiveException>(() => harness.FetchAsync(listed[0]));
        (e.Kind, e.Retriable, e.IsSource, (int)e.Status!).ShouldBe((kind, false, false, status));
        Runbook.ShouldExplain(kind, message, "file", e.Message);
        _bucket.CountOf(First).ShouldBe(1);
        (await harness.FetchAsync(listed[1])).Attempts.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_over_the_limit_is_refused_before_or_while_it_comes(bool listedSize)
    {
        await using var harness = Harness(("MaxObjectBytes", "100000"));
        var listed = (await harness.ListAsync())[0];
        if (!listedSize)
        {
            listed = listed with { Size = 5 };
            _bucket.Fault = async (http, key) =>
            {
                if (key.Length > 0)
                {
                    await http.Response.Body.WriteAsync(Content);
                }

                return key.Length > 0;
            };
        }

        var e = await Should.ThrowAsync<ArchiveException>(() => harness.FetchAsync(listed));
        e.Kind.ShouldBe("TOO_LARGE");
        Runbook.ShouldExplain("TOO_LARGE", "'…' has … bytes or more; the limit is ….", "file", e.Message);
        _bucket.CountOf(First).ShouldBe(listedSize ? 0 : 1);
    }

    [Fact]
    public async Task A_day_recorded_again_between_listing_and_fetch_comes_in_its_new_form()
    {
        await using var harness = Harness();
        var listed = await harness.ListAsync();
        var old = await harness.FetchAsync(listed[0]);
        _bucket.Put(First, [4, 5, 6, 7]);
        var recent = await harness.FetchAsync(listed[0]);

        (recent.Attempts, recent.Raw.Size, recent.ETag).ShouldBe((1, 4, _bucket.Objects[First].ETag));
        recent.ETag.ShouldNotBe(old.ETag);
        (await harness.ListAsync())[0].ETag.ShouldBe(recent.ETag);
        (await harness.Raw.VerifyAsync(old.Raw, CancellationToken.None)).ShouldBe(RawState.Intact);
        harness.Raw.Enumerate().Count().ShouldBe(2);
    }

    [Fact]
    public async Task An_etag_of_several_parts_is_no_md5()
    {
        _bucket.Objects[First] = new StubObject(Content) { ETag = "0123456789abcdef0123456789abcdef-3" };
        await using var harness = Harness();
        (await harness.FetchAsync((await harness.ListAsync())[0])).ETag.ShouldBe("0123456789abcdef0123456789abcdef-3");
    }

    [Fact]
    public async Task A_source_that_goes_down_stops_being_asked_and_comes_back()
    {
        for (var day = 3; day <= 30; day++)
        {
            _bucket.Put($"{A}/2024/01/{day:00}.json.gz", [1]);
        }

        await using var harness = Harness(("BreakerPause", "00:00:00.5"));
        var listed = await harness.ListAsync();
        _bucket.Requests.Clear();
        var down = true;
        _bucket.Fault = async (http, _) =>
        {
            if (down)
            {
                await StubBucket.FailAsync(http, 503, "ServiceUnavailable");
            }

            return down;
        };
        var errors = await Task.WhenAll(listed.Select(o => Should.ThrowAsync<ArchiveException>(() => harness.FetchAsync(o))));
        errors.ShouldAllBe(e => e.IsSource && e.Kind == ArchiveErrors.Unavailable);
        // Five in a row, and what four parallel downloads had already sent.
        _bucket.Requests.Count.ShouldBeInRange(5, 12);
        harness.Guard.Status().LastError!.ShouldContain("503");

        down = false;
        while (harness.Guard.Status().Breaker == BreakerState.Open)
        {
            await Task.Delay(10);
        }

        await harness.FetchAsync(listed[0]);
        harness.Guard.Status().Breaker.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task Cancelling_a_download_ends_it_and_leaves_nothing()
    {
        await using var harness = Harness();
        var listed = await harness.ListAsync();
        _bucket.Fault = (http, _) => MisbehaveAsync(http, "stalled");
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => harness.Fetcher.FetchAsync(listed[0], cancel.Token).WaitAsync(TimeSpan.FromSeconds(10)));
        Directory.GetFiles(harness.Raw.Root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        harness.Guard.Status().Failed.ShouldBe(0);
    }

    [Fact]
    public async Task In_a_storm_of_faults_every_listed_object_is_accounted_for()
    {
        string[] faults = ["truncated", "truncated chunks", "shorter", "flipped bit", "closed at once", "web page", "503", "429", "403", "404"];
        for (var day = 0; day < 200; day++)
        {
            var date = new DateOnly(2024, 1, 1).AddDays(day);
            _bucket.Put($"{A}/2024/{date.Month:00}/{date.Day:00}.json.gz", RandomNumberGenerator.GetBytes(2000 + day));
        }

        _bucket.Put($"{A}/2024/02/31.json.gz", [1]);
        _bucket.Put("readme.txt", [1]);
        await using var harness = Harness(("Retries", "6"), ("Parallelism", "8"), ("BreakerFailures", "50"));
        var listed = await harness.ListAsync();
        var random = new Random(11);
        var forGood = listed.Select(o => o.Key).Where((_, n) => n % 20 == 7).ToHashSet();
        _bucket.Fault = async (http, key) =>
        {
            string? fault = null;
            if (forGood.Contains(key))
            {
                fault = "403";
            }
            else
            {
                lock (random)
                {
                    fault = key.Length > 0 && random.Next(4) == 0 ? faults[random.Next(8)] : null;
                }
            }

            return fault is not null && await MisbehaveAsync(http, fault);
        };
        var outcomes = await Task.WhenAll(listed.Where(o => o.SkipReason is null).Select(async o =>
        {
            try
            {
                return (o.Key, Raw: (RawObject?)(await harness.FetchAsync(o)).Raw);
            }
            catch (ArchiveException)
            {
                return (o.Key, null);
            }
        }));
        var fetched = outcomes.Where(o => o.Raw is not null).ToList();
        var skipped = listed.Count(o => o.SkipReason is not null);
        var failed = outcomes.Count(o => o.Raw is null);

        (fetched.Count + skipped + failed).ShouldBe(listed.Count);
        skipped.ShouldBe(2);
        failed.ShouldBeInRange(forGood.Count - 1, forGood.Count + 4);
        harness.Raw.Enumerate().Count().ShouldBe(fetched.Count);
        foreach (var (key, raw) in fetched)
        {
            raw!.Sha256Hex.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(_bucket.Objects[key].Content)));
        }
    }

    private static async Task<bool> MisbehaveAsync(HttpContext http, string fault)
    {
        var response = http.Response;
        var eTag = $"\"{new StubObject(Content).ETag}\"";
        switch (fault)
        {
            case "truncated":
                response.Headers.ETag = eTag;
                response.ContentLength = Content.Length;
                await response.Body.WriteAsync(Content.AsMemory(0, 100_000));
                await response.Body.FlushAsync();
                http.Abort();
                return true;
            case "truncated chunks":
                response.Headers.ETag = eTag;
                await response.Body.WriteAsync(Content.AsMemory(0, 100_000));
                await response.Body.FlushAsync();
                http.Abort();
                return true;
            case "shorter":
                response.Headers.ETag = eTag;
                response.ContentLength = 1000;
                await response.Body.WriteAsync(Content.AsMemory(0, 1000));
                return true;
            case "shorter without length":
                response.Headers.ETag = eTag;
                await response.Body.WriteAsync(Content.AsMemory(0, 1000));
                return true;
            case "shorter without etag":
                response.ContentLength = 1000;
                await response.Body.WriteAsync(Content.AsMemory(0, 1000));
                return true;
            case "longer than announced":
                // By hand, Kestrel would not send more than it has announced.
                await RawAsync(http, $"HTTP/1.1 200 OK\r\nETag: {eTag}\r\nContent-Length: 1000\r\n\r\n", Content.AsMemory(0, 5000));
                return true;
            case "flipped bit":
                var flipped = Content.ToArray();
                flipped[123_456] ^= 1;
                response.Headers.ETag = eTag;
                response.ContentLength = flipped.Length;
                await response.Body.WriteAsync(flipped);
                return true;
            case "stalled":
                response.Headers.ETag = eTag;
                response.ContentLength = Content.Length;
                await response.Body.WriteAsync(Content.AsMemory(0, 1000));
                await response.Body.FlushAsync();
                await SleepAsync(http, Timeout.Infinite);
                return true;
            case "dripping":
                response.Headers.ETag = eTag;
                response.ContentLength = Content.Length;
                for (var n = 0; n < 1000 && !http.RequestAborted.IsCancellationRequested; n++)
                {
                    await response.Body.WriteAsync(Content.AsMemory(n, 1));
                    await response.Body.FlushAsync();
                    await SleepAsync(http, 100);
                }

                http.Abort();
                return true;
            case "silent":
                await SleepAsync(http, Timeout.Infinite);
                return true;
            case "closed at once":
                http.Abort();
                return true;
            case "web page":
                response.ContentType = "text/html; charset=utf-8";
                await response.WriteAsync("<!doctype html><title>Log in</title>");
                return true;
            default:
                await StubBucket.FailAsync(http, int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), "Fault");
                return true;
        }
    }

    private static async Task RawAsync(HttpContext http, string head, ReadOnlyMemory<byte> body)
    {
        var transport = http.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionTransportFeature>()!.Transport;
        await transport.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head));
        await transport.Output.WriteAsync(body);
        await transport.Output.FlushAsync();
        // A reset overtakes what the client has not read yet.
        await SleepAsync(http, 300);
        http.Abort();
    }

    private static Task SleepAsync(HttpContext http, int milliseconds) =>
        Task.Delay(milliseconds, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private void FaultOnce(string key, Func<HttpContext, Task> fault)
    {
        var left = 1;
        _bucket.Fault = async (http, asked) =>
        {
            if (asked != key || Interlocked.Decrement(ref left) < 0)
            {
                return false;
            }

            await fault(http);
            return true;
        };
    }

    private ArchiveHarness Harness(params (string, string)[] settings) =>
        new([("Bucket", StubBucket.Name), ("Endpoint", _bucket.Endpoint), ("Region", "eu-west-2"), .. settings]);
}
