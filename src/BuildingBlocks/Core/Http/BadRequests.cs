using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Turns the framework's complaints about a request into failures that name the parameter as the caller wrote it and what is allowed. The
/// framework says them in English prose only, so they are read back here; what is not recognised is still a 400, only less exact.
/// </summary>
internal static partial class BadRequests
{
    public static Failure ToFailure(HttpContext http, BadHttpRequestException exception)
    {
        if (OfStatus(http, exception.StatusCode) is { } known)
        {
            return known;
        }

        if (exception.InnerException is JsonException json)
        {
            return OfJson(http, json);
        }

        var message = exception.Message;
        if (BindingFailed().Match(message) is { Success: true } bad)
        {
            return Name(http, bad.Groups["name"].Value, type => $"must be {Inputs.Allowed(type)}; got '{Shorten(bad.Groups["value"].Value)}'.");
        }

        if (NotProvided().Match(message) is { Success: true } missing)
        {
            return missing.Groups["source"].Value.Contains("body", StringComparison.Ordinal)
                ? Failure.Validation("body", $"body is required: {Members(http, [])}")
                : Name(http, missing.Groups["name"].Value, type => $"is required and must be {Inputs.Allowed(type)}.");
        }

        return message.StartsWith("Implicit body", StringComparison.Ordinal)
            ? Failure.Validation("body", $"body is required: {Members(http, [])}")
            : Unreadable(http, StatusCodes.Status400BadRequest);
    }

    /// <summary>The failure that a bare status stands for, where it says enough by itself.</summary>
    public static Failure? OfStatus(HttpContext http, int status) => status switch
    {
        StatusCodes.Status404NotFound => new Failure("NOT_FOUND", status, $"There is nothing at {http.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed => new Failure(
            "METHOD_NOT_ALLOWED", status, $"{http.Request.Method} is not allowed at {http.Request.Path}; allowed: {http.Response.Headers.Allow}."),
        StatusCodes.Status408RequestTimeout => new Failure("REQUEST_TIMEOUT", status, "The request arrived too slowly; send it again over a better connection."),
        StatusCodes.Status413PayloadTooLarge => new Failure(
            "BODY_TOO_LARGE", status, FormattableString.Invariant($"The request body is larger than the {http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes that are accepted.")),
        StatusCodes.Status415UnsupportedMediaType => new Failure(
            "UNSUPPORTED_MEDIA_TYPE", status, $"The body must be {Accepted(http)}; say so in Content-Type."),
        _ => null,
    };

    /// <summary>Any other 4xx: what came is not HTTP, or not all of it came.</summary>
    public static Failure Unreadable(HttpContext http, int status) => new(
        "BAD_REQUEST",
        status,
        "The request could not be read: it is malformed, or it broke off. Send it again as it should be.",
        new Dictionary<string, object?> { ["correlation_id"] = http.TraceIdentifier });

    private static Failure OfJson(HttpContext http, JsonException json)
    {
        if (UnknownMember().Match(json.Message) is { Success: true } unknown)
        {
            var name = unknown.Groups["name"].Value;
            var parent = Steps(json.Path);
            return Failure.Validation(name, $"{name} is not a member of this body: {Members(http, parent is [.., var last] && last == name ? parent[..^1] : parent)}");
        }

        if (Repeated().Match(json.Message) is { Success: true } repeated)
        {
            return Failure.Validation(repeated.Groups["name"].Value, $"{repeated.Groups["name"].Value} is given twice.");
        }

        if (Required().Match(json.Message) is { Success: true } required)
        {
            var names = Quoted().Matches(required.Groups["names"].Value).Select(m => m.Groups[1].Value);
            return Failure.Validation(names.ToDictionary(n => n, n => new[] { $"{n} is required." }));
        }

        // Broken syntax is the reader's own exception underneath; a converter's complaint has none.
        if (json.InnerException is JsonException)
        {
            return new Failure(
                "INVALID_JSON",
                StatusCodes.Status400BadRequest,
                FormattableString.Invariant($"The body is not valid JSON: look at byte {json.BytePositionInLine} of line {json.LineNumber + 1}."),
                new Dictionary<string, object?> { ["line"] = json.LineNumber + 1, ["byte_in_line"] = json.BytePositionInLine });
        }

        var path = Steps(json.Path);
        var parameter = path.Count == 0 ? "body" : string.Join('.', path).Replace(".[", "[", StringComparison.Ordinal);
        return Failure.Validation(parameter, TypeAt(http, path) is { } type
            ? $"{parameter} must be {Inputs.Allowed(type)}."
            : $"{parameter} has the wrong type.");
    }

    private static Failure Name(HttpContext http, string declared, Func<Type, string> say)
    {
        var input = http.GetEndpoint() is { } endpoint ? Inputs.Of(endpoint).FirstOrDefault(i => i.Declared == declared) : null;
        var name = input?.Name ?? declared;
        return Failure.Validation(name, $"{name} {(input is null ? "is missing or has the wrong type." : say(input.Type))}");
    }

    private static string Members(HttpContext http, IReadOnlyList<string> path) =>
        TypeAt(http, path) is { } type && http.JsonOptions().GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info
            ? "a JSON object with " + string.Join(", ", info.Properties.Select(p => p.Name)) + "."
            : "JSON.";

    private static Type? TypeAt(HttpContext http, IReadOnlyList<string> path)
    {
        var type = http.GetEndpoint() is { } endpoint ? Inputs.BodyType(endpoint) : null;
        foreach (var step in path)
        {
            if (type is null)
            {
                return null;
            }

            var info = http.JsonOptions().GetTypeInfo(type);
            type = step.StartsWith('[') ? info.ElementType
                : info.Kind == JsonTypeInfoKind.Dictionary ? info.ElementType
                : info.Properties.FirstOrDefault(p => p.Name == step)?.PropertyType;
        }

        return type;
    }

    private static List<string> Steps(string? path) =>
        path is null ? [] : PathStep().Matches(path).Select(m => m.Groups["name"].Success ? m.Groups["name"].Value : m.Value).ToList();

    private static string Accepted(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IAcceptsMetadata>() is { } accepts
            ? string.Join(" or ", accepts.ContentTypes)
            : "application/json";

    private static string Shorten(string value) => value.Length <= 100 ? value : value[..100] + "…";

    [GeneratedRegex("""^Failed to bind parameter "\S+ (?<name>\w+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex BindingFailed();

    [GeneratedRegex("""^Required parameter "\S+ (?<name>\w+)" was not provided from (?<source>.+)\.$""")]
    private static partial Regex NotProvided();

    [GeneratedRegex("^The JSON property '(?<name>.*)' could not be mapped to any \\.NET member", RegexOptions.Singleline)]
    private static partial Regex UnknownMember();

    [GeneratedRegex("^Duplicate property '(?<name>.*)' encountered", RegexOptions.Singleline)]
    private static partial Regex Repeated();

    [GeneratedRegex("missing required properties including: (?<names>.+?)\\.(?: Path|$)")]
    private static partial Regex Required();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("""\[\d+\]|\['(?<name>[^']*)'\]|\.(?<name>[^.\[]+)""")]
    private static partial Regex PathStep();
}
