using System.Text.Json;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>Reads one <c>/entity/{destination}/live</c> document. A bad row is quarantined and the others live.</summary>
internal static class LiveReader
{
    /// <summary>The largest destination has some 500.</summary>
    public const int MaxRows = 20_000;

    /// <param name="body">The document; slices in the result refer to it.</param>
    /// <param name="asked">The destination and the instant of the poll.</param>
    /// <exception cref="UpstreamException">InvalidData: no JSON, no <c>liveData</c> array, more rows than any destination has.</exception>
    public static LivePoll Read(ReadOnlyMemory<byte> body, LiveReading asked)
    {
        var poll = new LivePoll(asked);
        var complete = false;
        try
        {
            ReadDocument(body.Span, poll);
            complete = true;
            return poll;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid(asked, $"is no JSON: {e.Message}", e);
        }
        finally
        {
            if (!complete)
            {
                poll.Dispose();
            }
        }
    }

    private static void ReadDocument(ReadOnlySpan<byte> body, LivePoll poll)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = UpstreamDocument.MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid(poll.Asked, "is no object");
        }

        var rows = new LiveRowReader(poll);
        var sawRows = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRows = reader.ValueTextEquals("liveData"u8);
            var isZone = !isRows && reader.ValueTextEquals("timezone"u8);
            reader.Read();
            if (isRows && reader.TokenType == JsonTokenType.StartArray)
            {
                sawRows = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (poll.Rows == MaxRows)
                    {
                        throw Invalid(poll.Asked, $"has more than {MaxRows} rows");
                    }

                    rows.Read(ref reader, body);
                }

                continue;
            }

            if (isZone && reader.TokenType == JsonTokenType.String)
            {
                poll.Zone = JsonValues.Cut(reader.GetString()!, 64);
            }

            reader.Skip();
        }

        // Sees to it that nothing follows.
        reader.Read();
        if (!sawRows)
        {
            throw Invalid(poll.Asked, "has no \"liveData\" array");
        }

        rows.Finish();
    }

    private static UpstreamException Invalid(LiveReading asked, string what, Exception? inner = null) =>
        new(UpstreamFailure.InvalidData, $"The live document of {asked.Destination} {what}", inner);
}
