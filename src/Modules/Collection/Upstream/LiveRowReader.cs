using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>Reads the rows of one live document into a <see cref="LivePoll"/>: keeps, replaces or quarantines each.</summary>
internal sealed class LiveRowReader
{
    // Upstream's own validator calls later ones an error.
    private const long FutureTolerance = 5 * 60_000;

    private readonly LivePoll _poll;
    private readonly long _instant;
    private readonly Dictionary<Guid, int> _entities = [];
    private readonly Dictionary<Guid, int> _parks = [];
    private readonly List<(int Start, int Count)> _parts = [];
    private readonly RowParts _row = new();
    private readonly LiveFields _fields;

    public LiveRowReader(LivePoll poll)
    {
        _poll = poll;
        _instant = poll.Asked.Instant.ToUnixTimeMilliseconds();
        _fields = new LiveFields(poll.Batch, _row);
    }

    /// <summary>Reads the element the reader stands on.</summary>
    public void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var batch = _poll.Batch;
        var (queues, shows) = (batch.QueueCount, batch.ShowCount);
        var begin = (int)reader.TokenStartIndex;
        var start = reader;
        var row = new LiveRow { Queues = queues, Shows = shows };
        string? reason = null;
        try
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                _row.Clear();
                _fields.Read(ref reader, ref row, body);
            }
            else
            {
                reason = QuarantineReason.NotAnObject;
                reader.Skip();
            }
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: the row is unreadable, the document is not.
            reason = QuarantineReason.NotUnicode;
            reader = start;
            reader.Skip();
        }

        var text = body[begin..(int)reader.BytesConsumed];
        reason ??= Utf8.IsValid(text) ? null : QuarantineReason.NotUnicode;
        row.Raw.MalformedValue |= reason == QuarantineReason.NotUnicode;
        var decision = Decide(ref row);
        reason ??= _row.TooMany ? QuarantineReason.TooManyFields
            : RejectionOf(in decision, row.Raw.EntityId);
        _poll.Findings.Report(in decision, text);
        _poll.Rows++;
        if (reason is null)
        {
            ReportFields(in row, text);
            Keep(in row, in decision, (begin, text.Length));
            return;
        }

        batch.Rewind(queues, shows);
        _poll.Quarantine.Add(QuarantinedRow.Of(_poll.Rows - 1, reason, text, row.Raw.EntityId == Presence.Value ? row.Entity : null));
    }

    /// <summary>Drops the parts of replaced rows.</summary>
    public void Finish()
    {
        if (_poll.Duplicates > 0)
        {
            var all = _poll.Parts.ToArray();
            _poll.Parts.Clear();
            foreach (var (start, count) in _parts)
            {
                _poll.Parts.AddRange(all.AsSpan(start, count));
            }
        }
    }

    private ObservationDecision Decide(ref LiveRow row)
    {
        row.Raw.Time = Presence.Value;
        row.Raw.Instant = row.Raw.Now = row.Raw.WindowStart = _instant;
        row.Raw.WindowEnd = _instant + 1;
        var decision = ObservationDecision.Undecided();
        ObservationRules.Decide(in row.Raw, ref decision);
        return decision;
    }

    private static string? RejectionOf(in ObservationDecision decision, Presence id) =>
        id == Presence.Invalid ? QuarantineReason.InvalidId
        : id != Presence.Value ? QuarantineReason.MissingId
        : decision.Rejection != FindingType.None ? decision.Rejection.ToUpperSnake()
        : null;

    private void ReportFields(in LiveRow row, ReadOnlySpan<byte> text)
    {
        if (row.Name is null || row.EntityType is null || row.Updated is Presence.NotStated or Presence.Null)
        {
            _poll.Findings.Report(FindingType.MissingField, text);
        }

        if (row.Updated == Presence.Invalid)
        {
            _poll.Findings.Report(FindingType.InvalidTimestamp, text);
        }
        else if (row.Updated == Presence.Value && row.LastUpdated > _instant + FutureTolerance)
        {
            _poll.Findings.Report(FindingType.FutureTimestamp, text);
        }

        if (_entities.ContainsKey(row.Entity))
        {
            _poll.Findings.Report(FindingType.DuplicateInstant, text);
        }
    }

    private void Keep(in LiveRow row, in ObservationDecision decision, (int Start, int Length) raw)
    {
        var batch = _poll.Batch;
        var entity = new LiveEntity(
            row.Entity, row.Name, row.EntityType ?? "", row.ParkId == Presence.Value ? row.Park : null, row.ExternalId,
            row.Updated == Presence.Value ? row.LastUpdated : null);
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_entities, row.Entity, out var known);
        index = known ? index : _poll.Entities.Count;
        var snapshot = new SnapshotRow
        {
            Entity = index,
            Instant = _instant,
            Status = row.Status,
            Wait = decision.Wait,
            Flags = decision.Flags | (row.HasShows ? ObservationFlags.ShowtimesStated : ObservationFlags.None),
            Park = entity.ParkUuid is { } park ? ParkOf(park) : -1,
            QueueStart = row.Queues,
            QueueCount = (byte)(batch.QueueCount - row.Queues),
            ShowStart = row.Shows,
            ShowCount = (byte)(batch.ShowCount - row.Shows),
        };
        var parts = (_poll.Parts.Count, _row.Count);
        _row.CopyTo(_poll.Parts, index);
        if (known)
        {
            _poll.Duplicates++;
            (_poll.Entities[index], _poll.Raw[index], _parts[index], batch.Rows[index]) = (entity, raw, parts, snapshot);
        }
        else
        {
            _poll.Entities.Add(entity);
            _poll.Raw.Add(raw);
            _parts.Add(parts);
            batch.Add(in snapshot);
        }
    }

    private int ParkOf(Guid uuid)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_parks, uuid, out var known);
        if (!known)
        {
            index = _poll.Parks.Count;
            _poll.Parks.Add(uuid);
        }

        return index;
    }
}
