using System.Net;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

public sealed class ProxyTests
{
    private static readonly (string Name, string Value) ByTls = ("X-Forwarded-Proto", "https");

    [Fact]
    public async Task What_a_trusted_proxy_says_of_the_caller_counts_and_what_others_say_does_not()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var trusting = await TestApp.StartAsync(database, ("Jobs:Enabled", "false"), ("TrustedProxies:0", "10.9.8.0/24"), ("TrustedProxies:1", "127.0.0.1")))
        {
            (await CookiesOfSignInAsync(trusting, ByTls)).ShouldAllBe(c => c.Contains("secure", StringComparison.OrdinalIgnoreCase));
            for (var attempt = 1; attempt <= 5; attempt++)
            {
                await StatusAsync(trusting, "wrong", "203.0.113.7");
            }

            (await StatusAsync(trusting, "wrong", "203.0.113.7")).ShouldBe(HttpStatusCode.TooManyRequests);
            // 10.9.8.7 is a proxy too, so the caller is who stands before it.
            (await StatusAsync(trusting, "wrong", "203.0.113.7, 10.9.8.7")).ShouldBe(HttpStatusCode.TooManyRequests);
            (await StatusAsync(trusting, "wrong", "203.0.113.8")).ShouldBe(HttpStatusCode.Unauthorized);
        }

        await using var plain = await TestApp.StartAsync(database, ("Jobs:Enabled", "false"));
        (await CookiesOfSignInAsync(plain, ByTls)).ShouldAllBe(c => !c.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_stops_the_start_and_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        var error = await Should.ThrowAsync<InvalidOperationException>(() => TestApp.StartAsync(database, ("TrustedProxies:0", "the-balancer")));
        error.Message.ShouldContain("'the-balancer'");
    }

    private static async Task<IReadOnlyList<string>> CookiesOfSignInAsync(TestApp app, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/sign-in");
        request.Headers.Add(header.Name, header.Value);
        using var answer = await app.Anonymous.SendAsync(request);
        return [.. answer.Headers.GetValues("Set-Cookie")];
    }

    private static async Task<HttpStatusCode> StatusAsync(TestApp app, string key, string forwardedFor)
    {
        using var browser = new Browser(app);
        return (await browser.PostAsync("/console/sign-in", "/console/sign-in", [("X-Forwarded-For", forwardedFor)], ("key", key))).Status;
    }
}
