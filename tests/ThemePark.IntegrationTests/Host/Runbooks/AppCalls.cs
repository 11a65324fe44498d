using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Host.Runbooks;

internal static class AppCalls
{
    /// <summary>The body, whatever the status.</summary>
    public static async Task<JsonElement> AnswerAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The answer to a JSON body that is announced and never comes.</summary>
    public static Task<JsonElement> PostSlowlyAsync(this TestApp app, string path) => PostRawAsync(app, path, "Content-Length: 1000\r\n\r\n{");

    /// <summary>The answer to a body whose chunks are none.</summary>
    public static Task<JsonElement> PostBrokenAsync(this TestApp app, string path) => PostRawAsync(app, path, "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n");

    private static async Task<JsonElement> PostRawAsync(TestApp app, string path, string rest)
    {
        var uri = app.Admin.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer {TestApp.Key}\r\nContent-Type: application/json\r\nConnection: close\r\n{rest}"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return JsonElement.Parse(answer[answer.IndexOf("{\"error\"", StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)]);
    }
}
