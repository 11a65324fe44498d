using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using MediatR;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>A host whose clock stands still until a test moves it.</summary>
public sealed class StillHost : IAsyncLifetime
{
    private TestDatabase _database = null!;

    internal TestApp App { get; private set; } = null!;

    internal ManualTime Time { get; } = new();

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        App = await TestApp.StartAsync(_database, builder => builder.Services.AddSingleton<TimeProvider>(Time), ("Jobs:Enabled", "false"));
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await _database.Database.OpenAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    internal Task<T> SendAsync<T>(IRequest<T> request) => App.Services.SendAsync(request);

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await _database.DisposeAsync();
    }
}

public sealed partial class AccessTests(StillHost host) : IClassFixture<StillHost>
{
    [Fact]
    public async Task Without_signing_in_every_page_leads_to_the_sign_in_page_and_no_form_is_taken()
    {
        using var browser = new Browser(host.App);
        var paths = Routes().Append("/console/no/such/page").ToList();
        paths.Count.ShouldBeGreaterThan(25);
        foreach (var path in paths)
        {
            var page = await browser.GetAsync(path + "?state=FAILED");
            (page.Status, page.Location).ShouldBe((HttpStatusCode.SeeOther, $"/console/sign-in?return={Uri.EscapeDataString(path + "?state=FAILED")}"));
            var form = await browser.ForgeAsync(path, ("why", "because"));
            (form.Status, form.Location).ShouldBe((HttpStatusCode.SeeOther, "/console/sign-in?return=%2Fconsole"), path);
        }
    }

    [Fact]
    public async Task A_key_opens_the_console_where_it_was_closed_until_signing_out()
    {
        using var browser = new Browser(host.App);

        var answer = await browser.SignInAsync(TestApp.Key, "/console/jobs?state=FAILED");

        (answer.Status, answer.Location).ShouldBe((HttpStatusCode.SeeOther, "/console/jobs?state=FAILED"));
        var cookie = answer.Header("Set-Cookie").ShouldNotBeNull().ToLowerInvariant();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        cookie.ShouldContain("path=/console");
        cookie.ShouldNotContain(TestApp.Key);
        (await browser.PageAsync("/console/jobs")).ShouldContain(TestApp.KeyName);
        (await browser.GetAsync("/console/sign-in")).Html.ShouldNotContain(TestApp.Key);

        (await browser.PostAsync("/console/jobs", "/console/sign-out")).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.GetAsync("/console/jobs")).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Theory]
    [InlineData("https://elsewhere.example")]
    [InlineData("//elsewhere.example")]
    [InlineData("/console\\elsewhere")]
    [InlineData("/consoles")]
    [InlineData("/docs")]
    [InlineData("/console/sign-in")]
    public async Task Signing_in_leads_to_no_place_but_a_page_of_the_console(string wanted)
    {
        using var browser = new Browser(host.App);
        (await browser.SignInAsync(TestApp.Key, wanted)).Location.ShouldBe("/console");
    }

    [Fact]
    public async Task Whoever_guesses_is_locked_out_for_longer_and_longer_even_with_a_right_key()
    {
        using var browser = new Browser(host.App);
        for (var i = 0; i < 5; i++)
        {
            var wrong = await browser.SignInAsync("not-a-key-of-anybody");
            wrong.Status.ShouldBe(HttpStatusCode.Unauthorized);
            wrong.Html.ShouldContain("unknown or revoked");
        }

        var locked = await browser.SignInAsync(TestApp.Key);
        (locked.Status, locked.Header("Retry-After")).ShouldBe((HttpStatusCode.TooManyRequests, "60"));
        host.Time.Advance(TimeSpan.FromSeconds(61));
        (await browser.SignInAsync("not-a-key-of-anybody")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.SignInAsync(TestApp.Key)).Header("Retry-After").ShouldBe("120");

        host.Time.Advance(TimeSpan.FromSeconds(121));
        (await browser.SignInAsync(TestApp.Key)).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_session_ends_with_its_key_and_another_key_of_that_name_does_not_bring_it_back()
    {
        var made = (await host.SendAsync(new CreateAdminKey.Command("ann"))).Value;
        using var ann = await Browser.SignedInAsync(host.App, made.Key);
        (await ann.PageAsync("/console/audit")).ShouldContain("ann");
        var cookies = ann.Cookies.GetCookieHeader(new Uri(host.App.Anonymous.BaseAddress!, "/console"));

        (await host.SendAsync(new RevokeAdminKey.Command("ann"))).Succeeded.ShouldBeTrue();
        (await ann.GetAsync("/console/audit")).Location.ShouldStartWith("/console/sign-in");

        (await host.SendAsync(new CreateAdminKey.Command("ann"))).Succeeded.ShouldBeTrue();
        using var kept = new Browser(host.App);
        foreach (var cookie in cookies.Split("; "))
        {
            kept.Cookies.Add(host.App.Anonymous.BaseAddress!, new Cookie(cookie[..cookie.IndexOf('=', StringComparison.Ordinal)], cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..], "/console"));
        }

        (await kept.GetAsync("/console/audit")).Location.ShouldStartWith("/console/sign-in");
    }

    [Fact]
    public async Task A_session_slides_while_it_is_used_and_ends_when_it_is_not()
    {
        using var browser = await Browser.SignedInAsync(host.App);
        for (var i = 0; i < 3; i++)
        {
            host.Time.Advance(TimeSpan.FromHours(5));
            await browser.PageAsync("/console/audit");
        }

        host.Time.Advance(TimeSpan.FromHours(8.1));
        (await browser.GetAsync("/console/audit")).Location.ShouldStartWith("/console/sign-in");
    }

    [Fact]
    public async Task A_form_without_the_token_of_a_page_does_nothing()
    {
        using var browser = await Browser.SignedInAsync(host.App);
        var before = await host.ScalarAsync<long>("SELECT COUNT(*) FROM activity_log");
        var forms = Routes().Where(r => r.StartsWith("/console/actions/", StringComparison.Ordinal)).Append("/console/sign-out").Append("/console/sign-in").ToList();
        forms.Count.ShouldBeGreaterThan(15);

        foreach (var form in forms)
        {
            var answer = await browser.ForgeAsync(form, ("why", "forged"), ("scope", "ALL"), ("__RequestVerificationToken", "made-up"));
            answer.Status.ShouldBe(HttpStatusCode.BadRequest, form);
            answer.Html.ShouldContain("not from a page of yours");
        }

        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM activity_log")).ShouldBe(before);
        (await browser.GetAsync("/console/audit")).Status.ShouldBe(HttpStatusCode.OK, "a forged sign-out signed out");
    }

    [Fact]
    public async Task Browsers_are_told_to_run_embed_and_keep_nothing()
    {
        using var browser = new Browser(host.App);
        using var signedIn = await Browser.SignedInAsync(host.App);
        foreach (var answer in (Browser.Answer[])[await browser.GetAsync("/console/sign-in"), await browser.GetAsync("/console"), await signedIn.GetAsync("/console/audit"), await signedIn.GetAsync("/console/none")])
        {
            answer.Header("Content-Security-Policy").ShouldBe(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
            answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
            answer.Header("Referrer-Policy").ShouldBe("same-origin");
            answer.Header("Cache-Control").ShouldBe("no-store");
            // The policy would break a page that has any of these.
            InlineScript().Matches(answer.Html).ShouldBeEmpty();
            answer.Html.ShouldNotContain("style=");
        }

        var none = await signedIn.GetAsync("/console/none");
        none.Status.ShouldBe(HttpStatusCode.NotFound);
        none.Html.ShouldContain("<h1>No such page</h1>");
        var sheet = Stylesheet().Match((await browser.GetAsync("/console/sign-in")).Html).Groups["href"].Value;
        var css = await browser.GetAsync(sheet);
        (css.Status, css.Header("Content-Type")).ShouldBe((HttpStatusCode.OK, "text/css; charset=utf-8"));
        css.Header("Cache-Control").ShouldNotBeNull().ShouldContain("immutable");
    }

    [Fact]
    public async Task A_session_opens_the_console_and_not_the_api()
    {
        using var browser = await Browser.SignedInAsync(host.App);
        (await browser.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.GetAsync("/")).Html.ShouldContain("\"name\":\"ThemePark\"");
    }

    private List<string> Routes() =>
    [
        .. host.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(r => "/" + r.RoutePattern.RawText!.TrimStart('/'))
            .Where(p => p.StartsWith("/console", StringComparison.Ordinal) && p is not ("/console/sign-in" or "/console/assets/{name}"))
            .Select(p => Parameter().Replace(p, "1")).Distinct(),
    ];

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("<script(?![^>]* src=)")]
    private static partial Regex InlineScript();

    [GeneratedRegex("""<link rel="stylesheet" href="(?<href>[^"]+)""")]
    private static partial Regex Stylesheet();
}
