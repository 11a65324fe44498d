using System.Buffers.Binary;
using System.IO.Compression;

namespace ThemePark.Modules.Import.Parsing;

/// <summary>
/// The inflated content of a day file: zlib (what the archive holds, despite the name), gzip or plain, told by the first bytes.
/// Bounds the inflated size and the ratio, and notices a cut or continued stream, which the framework's streams do not.
/// </summary>
internal sealed class InflatingStream : IDisposable
{
    // Ratios of day files lie near 15; a bomb's near 1000. Small files are let through: a repeated event compresses well.
    private const long RatioCheckedFrom = 8 << 20;

    private readonly GuardedSource _source;
    private readonly Stream _content;
    private readonly Packing _packing;

    // gzip ends with the size of what it holds (of its last member: a file of several fails), modulo 2^32.
    private readonly uint _statedSize;
    private readonly long _maxInflated;
    private readonly int _maxRatio;
    private readonly long _compressed;

    public InflatingStream(Stream source, long compressedLength, DayFileLimits limits)
    {
        _compressed = compressedLength;
        _maxInflated = limits.MaxInflatedBytes;
        _maxRatio = limits.MaxRatio;
        _source = new GuardedSource(source, compressedLength);
        Span<byte> head = stackalloc byte[2];
        var read = source.ReadAtLeast(head, 2, throwOnEndOfStream: false);
        source.Position = 0;
        if (read == 0)
        {
            throw new DayFileException(FileFailure.Empty, "The file is empty (0 bytes).");
        }

        // 0x20 asks for a preset dictionary, which nobody has.
        _packing = read == 2 && head[0] == 0x78 && ((head[0] << 8) | head[1]) % 31 == 0 && (head[1] & 0x20) == 0 ? Packing.Zlib
            : read == 2 && head is [0x1F, 0x8B] ? Packing.Gzip
            : head[0] is (byte)'{' or (byte)'[' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or 0xEF ? Packing.None
            : throw new DayFileException(FileFailure.UnknownFormat, $"Neither zlib, gzip nor JSON: the file starts with 0x{head[0]:X2}{head[1]:X2}.");
        if (_packing == Packing.Gzip)
        {
            _statedSize = LastFour(source);
        }

        _content = _packing switch
        {
            Packing.Zlib => new ZLibStream(_source, CompressionMode.Decompress),
            Packing.Gzip => new GZipStream(_source, CompressionMode.Decompress),
            Packing.None => _source,
        };
    }

    private enum Packing
    {
        None,
        Zlib,
        Gzip,
    }

    public long Inflated { get; private set; }

    /// <summary>Reads on; 0 is the proven end.</summary>
    public int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = _content.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new DayFileException(
                _source.Exhausted ? FileFailure.Truncated : FileFailure.Corrupt,
                $"The compressed data is damaged after {Inflated} inflated bytes: {e.Message}", e);
        }

        Inflated += read;
        if (Inflated > _maxInflated)
        {
            throw new DayFileException(FileFailure.TooLarge, $"Inflates beyond {_maxInflated} bytes.");
        }

        if (Inflated > RatioCheckedFrom && Inflated / Math.Max(1, _compressed) > _maxRatio)
        {
            throw new DayFileException(FileFailure.Bomb, $"Inflates to more than {_maxRatio} times its {_compressed} bytes.");
        }

        if (read == 0)
        {
            CheckEnd();
        }

        return read;
    }

    public void Dispose()
    {
        _content.Dispose();
        _source.Dispose();
    }

    private static uint LastFour(Stream source)
    {
        Span<byte> size = stackalloc byte[4];
        source.Position = Math.Max(0, source.Length - size.Length);
        source.ReadAtLeast(size, size.Length, throwOnEndOfStream: false);
        source.Position = 0;
        return BinaryPrimitives.ReadUInt32LittleEndian(size);
    }

    private void CheckEnd()
    {
        if (_packing == Packing.None)
        {
            return;
        }

        if (_packing == Packing.Gzip)
        {
            // The inflater looks beyond the end for another member, so only the size tells whether it was reached.
            if ((uint)Inflated != _statedSize)
            {
                throw new DayFileException(
                    FileFailure.Truncated, $"The compressed data ends too early or goes on: {Inflated} inflated bytes, {_statedSize} stated at the end.");
            }

            return;
        }

        if (_source.Exhausted)
        {
            throw new DayFileException(FileFailure.Truncated, $"The compressed data ends too early, after {Inflated} inflated bytes.");
        }

        if (_source.Remaining > 0)
        {
            throw new DayFileException(FileFailure.Trailing, $"Data follows the end of the compressed stream ({Inflated} inflated bytes).");
        }
    }

    /// <summary>
    /// Hands out the source so that its exact end can be known although the inflater reads ahead: the last bytes one by one.
    /// </summary>
    private sealed class GuardedSource(Stream source, long length) : Stream
    {
        private const int TailBytes = 16;
        private long _handedOut;

        /// <summary>The reader asked for more than there is.</summary>
        public bool Exhausted { get; private set; }

        public long Remaining => length - _handedOut;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty)
            {
                return 0;
            }

            var untilTail = Remaining - TailBytes;
            var read = source.Read(buffer[..(untilTail > 0 ? (int)Math.Min(untilTail, buffer.Length) : 1)]);
            _handedOut += read;
            Exhausted |= read == 0;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>Bounds of one day file; a file beyond them fails, the host does not.</summary>
internal sealed record DayFileLimits
{
    public long MaxCompressedBytes { get; init; } = 256L << 20;

    public long MaxInflatedBytes { get; init; } = 1L << 30;

    public int MaxRatio { get; init; } = 200;

    public int MaxEvents { get; init; } = 2_000_000;

    public int MaxEventBytes { get; init; } = 4 << 20;
}
