using System.Net;
using System.Text.RegularExpressions;
using Shouldly;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Console;

/// <summary>What a browser does with the console: keeps cookies, sends the token of the form, looks where it is sent.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _client;

    public Browser(TestApp app)
    {
        Cookies = new CookieContainer();
        _client = new HttpClient(new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = app.Anonymous.BaseAddress };
    }

    public CookieContainer Cookies { get; }

    public static async Task<Browser> SignedInAsync(TestApp app, string key = TestApp.Key)
    {
        var browser = new Browser(app);
        (await browser.SignInAsync(key)).Status.ShouldBe(HttpStatusCode.SeeOther);
        return browser;
    }

    public Task<Answer> SignInAsync(string key, string? wanted = null) =>
        PostAsync("/console/sign-in" + (wanted is null ? "" : "?return=" + Uri.EscapeDataString(wanted)), "/console/sign-in", ("key", key));

    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>A page that must be there.</summary>
    public async Task<string> PageAsync(string path)
    {
        var answer = await GetAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.OK, $"{path}: {answer.Html}");
        return answer.Html;
    }

    /// <summary>Sends a form that stands on a page: it must be there, its hidden fields go along.</summary>
    public Task<Answer> PostAsync(string page, string action, params (string Name, string Value)[] fields) => PostAsync(page, action, [], fields);

    public async Task<Answer> PostAsync(string page, string action, IEnumerable<(string Name, string Value)> headers, params (string Name, string Value)[] fields)
    {
        var html = (await GetAsync(page)).Html;
        var form = Form().Matches(html).FirstOrDefault(
            f => WebUtility.HtmlDecode(f.Groups["action"].Value) == action || f.Value.Contains($"formaction=\"{action}\"", StringComparison.Ordinal));
        form.ShouldNotBeNull($"{page} has no form for {action}: {html}");
        var hidden = Hidden().Matches(form.Value).ToDictionary(h => h.Groups["name"].Value, h => WebUtility.HtmlDecode(h.Groups["value"].Value));
        foreach (var (name, value) in fields)
        {
            hidden[name] = value;
        }

        var post = new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(hidden) };
        foreach (var (name, value) in headers)
        {
            post.Headers.Add(name, value);
        }

        return await SendAsync(post);
    }

    /// <summary>Sends a file with the form that stands on a page.</summary>
    public async Task<Answer> UploadAsync(string page, string action, string field, string text, params (string Name, string Value)[] fields)
    {
        var html = (await GetAsync(page)).Html;
        var form = Form().Matches(html).FirstOrDefault(f => WebUtility.HtmlDecode(f.Groups["action"].Value) == action && f.Value.Contains("multipart/form-data", StringComparison.Ordinal));
        form.ShouldNotBeNull($"{page} has no form that takes a file for {action}: {html}");
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in Hidden().Matches(form.Value).Select(h => (h.Groups["name"].Value, WebUtility.HtmlDecode(h.Groups["value"].Value))).Concat(fields))
        {
            content.Add(new StringContent(value), name);
        }

        content.Add(new StringContent(text), field, "file.csv");
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, action) { Content = content });
    }

    /// <summary>A form from nowhere.</summary>
    public Task<Answer> ForgeAsync(string action, params (string Name, string Value)[] fields) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

    /// <summary>Sends a form, and reads the page it leads to.</summary>
    public async Task<string> DoAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var answer = await PostAsync(page, action, fields);
        answer.Status.ShouldBe(HttpStatusCode.SeeOther, answer.Html);
        return await PageAsync(answer.Location!);
    }

    public void Dispose() => _client.Dispose();

    private async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        using (var response = await _client.SendAsync(request))
        {
            return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString, response);
        }
    }

    /// <param name="Html">Its text.</param>
    /// <param name="Response">Its headers.</param>
    internal sealed record Answer(HttpStatusCode Status, string Html, string? Location, HttpResponseMessage Response)
    {
        public string? Header(string name) =>
            Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;
    }

    [GeneratedRegex("""<form[^>]*\saction="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" ?/?>""")]
    private static partial Regex Hidden();
}
