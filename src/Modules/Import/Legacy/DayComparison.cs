using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>A row of either side, as it is compared.</summary>
internal readonly record struct ComparedRow(int RideId, long Instant, RideStatus Status, short Wait, ObservationFlags Flags, DataSource Source)
{
    /// <summary>By ride and instant.</summary>
    public int CompareTo(ComparedRow other) =>
        RideId.CompareTo(other.RideId) is not 0 and var order ? order : Instant.CompareTo(other.Instant);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Status == RideStatus.None ? "no status" : Status.ToUpperSnake())}, wait {(Wait == SnapshotRow.NoWait ? "none" : Wait)}, flags {(int)Flags}");
}

/// <summary>Count and checksum of both sides of a day, and the first difference. Rows held from elsewhere are not compared: they were kept.</summary>
internal sealed class DayComparison : IDisposable
{
    private readonly Side _theirs = new();
    private readonly Side _ours = new();
    private string? _first;
    private int _differences;

    /// <summary>What differs; null: nothing.</summary>
    public string? Difference => _theirs.Rows == _ours.Rows && _theirs.Hash().AsSpan().SequenceEqual(_ours.Hash())
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{_theirs.Rows} rows there, {_ours.Rows} here, {_differences} differ; first {_first}");

    /// <summary>Of the legacy table's rows that were to be copied.</summary>
    public byte[] Checksum() => _theirs.Hash();

    public void Both(ComparedRow theirs, ComparedRow ours)
    {
        if (ours.Source != DataSource.Legacy)
        {
            return;
        }

        _theirs.Add(in theirs);
        _ours.Add(in ours);
        if (theirs != ours)
        {
            Note(theirs, $"{theirs} there, {ours} here");
        }
    }

    public void OnlyThere(ComparedRow theirs)
    {
        _theirs.Add(in theirs);
        Note(theirs, "missing here");
    }

    public void OnlyHere(ComparedRow ours)
    {
        if (ours.Source == DataSource.Legacy)
        {
            _ours.Add(in ours);
            Note(ours, "missing there");
        }
    }

    public void Dispose()
    {
        _theirs.Dispose();
        _ours.Dispose();
    }

    private void Note(ComparedRow row, string what)
    {
        _differences++;
        _first ??= string.Create(CultureInfo.InvariantCulture, $"ride {row.RideId} at {IsoInstant.ToDateTime(row.Instant):yyyy-MM-dd HH:mm:ss.fff}Z: {what}");
    }

    private sealed class Side : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Rows { get; private set; }

        public void Add(in ComparedRow row)
        {
            Span<byte> bytes = stackalloc byte[17];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, row.RideId);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], row.Instant);
            bytes[12] = (byte)row.Status;
            BinaryPrimitives.WriteInt16LittleEndian(bytes[13..], row.Wait);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[15..], (ushort)row.Flags);
            _hash.AppendData(bytes);
            Rows++;
        }

        /// <summary>Of the rows so far.</summary>
        public byte[] Hash() => _hash.GetCurrentHash();

        public void Dispose() => _hash.Dispose();
    }
}
