using System.Buffers;
using System.Text.Json;

namespace ThemePark.Modules.Import.Parsing;

/// <summary>
/// Reads one day file: an object with <c>events</c> or a bare array, inflated and parsed in one pass over one buffer. Nothing of a
/// damaged file is kept: it fails as a whole and says where.
/// </summary>
internal sealed class DayFileReader(DayFileLimits limits, TimeProvider clock)
{
    /// <summary>Raised when the meaning of a file changes, so that files are read again.</summary>
    public const string Version = "1";

    private const int InitialBuffer = 128 * 1024;

    private enum Step
    {
        Root,
        RootProperty,
        Event,
        AfterRoot,
    }

    /// <param name="source">Seekable content as fetched, at position 0.</param>
    /// <param name="day">The day in the object's key: rows may spill a day to either side.</param>
    /// <exception cref="DayFileException">The file cannot be read as a whole.</exception>
    public DayFile Read(Stream source, DateOnly day, CancellationToken cancellationToken)
    {
        if (source.Length > limits.MaxCompressedBytes)
        {
            throw new DayFileException(FileFailure.TooLarge, $"{source.Length} bytes, more than {limits.MaxCompressedBytes}.");
        }

        var file = new DayFile();
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
        try
        {
            using var content = new InflatingStream(source, source.Length, limits);
            ReadAll(content, ref buffer, new EventReader(file, day, clock.GetUtcNow()), file, cancellationToken);
            file.InflatedBytes = content.Inflated;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void ReadAll(InflatingStream content, ref byte[] buffer, EventReader events, DayFile file, CancellationToken cancellationToken)
    {
        // Several values are allowed so that a second document is told apart from damage.
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = 32, AllowMultipleValues = true });
        var step = Step.Root;
        var rootIsArray = false;
        var sawEvents = false;
        var filled = 0;
        var final = false;
        var begun = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!final)
            {
                if (filled == buffer.Length)
                {
                    Grow(ref buffer, filled);
                }

                var read = content.Read(buffer.AsSpan(filled));
                final = read == 0;
                filled += read;
                if (!begun)
                {
                    if (filled < 3 && !final)
                    {
                        continue;
                    }

                    begun = true;
                    if (buffer.AsSpan(0, filled).StartsWith("\uFEFF"u8))
                    {
                        buffer.AsSpan(3, filled - 3).CopyTo(buffer);
                        filled -= 3;
                    }
                }
            }

            var reader = new Utf8JsonReader(buffer.AsSpan(0, filled), final, state);
            bool more;
            try
            {
                more = Advance(ref reader, buffer, events, ref step, ref rootIsArray, ref sawEvents, file);
            }
            catch (JsonException e)
            {
                var at = content.Inflated - filled + e.BytePositionInLine;
                throw new DayFileException(
                    FileFailure.Corrupt, $"Not JSON near byte {at} of the inflated content, after {file.Events} events: {e.Message}", e);
            }

            var consumed = (int)reader.BytesConsumed;
            state = reader.CurrentState;
            buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
            filled -= consumed;
            if (!more)
            {
                break;
            }

            if (final)
            {
                throw new DayFileException(FileFailure.Truncated, $"The JSON ends too early, after {file.Events} events.");
            }
        }

        if (!sawEvents)
        {
            throw new DayFileException(FileFailure.MissingEvents, "The object has no \"events\" array.");
        }
    }

    /// <summary>Goes as far as the buffer allows; false once the document has ended.</summary>
    private bool Advance(
        ref Utf8JsonReader reader, byte[] buffer, EventReader events, ref Step step, ref bool rootIsArray, ref bool sawEvents, DayFile file)
    {
        while (true)
        {
            // A reader that ran out of data in the middle of something is put back to this point.
            var start = reader;
            if (!reader.Read())
            {
                if (step == Step.AfterRoot && reader.IsFinalBlock)
                {
                    return false;
                }

                return true;
            }

            switch (step)
            {
                case Step.Root:
                    rootIsArray = reader.TokenType == JsonTokenType.StartArray;
                    sawEvents |= rootIsArray;
                    step = rootIsArray ? Step.Event
                        : reader.TokenType == JsonTokenType.StartObject ? Step.RootProperty
                        : throw new DayFileException(FileFailure.MissingEvents, "Neither an object with \"events\" nor an array of events.");
                    break;

                case Step.RootProperty when reader.TokenType == JsonTokenType.EndObject:
                    step = Step.AfterRoot;
                    break;

                case Step.RootProperty:
                    var isEvents = IsEvents(ref reader);
                    if (!reader.Read() || (!isEvents && !reader.TrySkip()))
                    {
                        reader = start;
                        return true;
                    }

                    if (isEvents)
                    {
                        if (reader.TokenType != JsonTokenType.StartArray)
                        {
                            throw new DayFileException(FileFailure.MissingEvents, "\"events\" is not an array.");
                        }

                        sawEvents = true;
                        step = Step.Event;
                    }

                    break;

                case Step.Event when reader.TokenType == JsonTokenType.EndArray:
                    step = rootIsArray ? Step.AfterRoot : Step.RootProperty;
                    break;

                case Step.Event:
                    if (!events.TryRead(ref reader, buffer))
                    {
                        reader = start;
                        return true;
                    }

                    if (++file.Events > limits.MaxEvents)
                    {
                        throw new DayFileException(FileFailure.TooLarge, $"More than {limits.MaxEvents} events.");
                    }

                    break;

                case Step.AfterRoot:
                    throw new DayFileException(FileFailure.Trailing, "Data follows the end of the JSON document.");
            }
        }
    }

    private static bool IsEvents(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.ValueTextEquals("events"u8);
        }
        catch (InvalidOperationException)
        {
            // A key that is not Unicode (a lone surrogate) is some other key.
            return false;
        }
    }

    private void Grow(ref byte[] buffer, int filled)
    {
        if (buffer.Length >= limits.MaxEventBytes)
        {
            throw new DayFileException(FileFailure.TooLarge, $"One event is larger than {limits.MaxEventBytes} bytes.");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
