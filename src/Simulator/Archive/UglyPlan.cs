namespace ThemePark.Simulator;

/// <summary>Decides before anything is written which day objects and how many events of each kind are ugly.</summary>
internal sealed class UglyPlan
{
    private readonly Dictionary<(int Destination, int Day), UglyFile> _files = [];
    private readonly Dictionary<(int Destination, int Day), List<(UglyEvent Kind, int FirstVariant, int Count)>> _events = [];

    public UglyPlan(GeneratorOptions options)
    {
        if (!options.Ugly)
        {
            return;
        }

        var random = Prng.For(options.Seed, "ugly");
        // The first and the last day stay whole, so that the archive's span is what the options say.
        var slots = Enumerable.Range(0, options.Destinations)
            .SelectMany(d => Enumerable.Range(1, Math.Max(0, options.Days - 2)).Select(day => (d, day)))
            .ToArray();
        Shuffle(slots, ref random);
        foreach (var (slot, kind) in slots.Zip(Enum.GetValues<UglyFile>()))
        {
            _files[slot] = kind;
        }

        for (var destination = 0; destination < options.Destinations; destination++)
        {
            var readable = Enumerable.Range(0, options.Days).Where(day => FileAt(destination, day) is not (>= UglyFile.NoEvents)).ToArray();
            foreach (var kind in Enum.GetValues<UglyEvent>())
            {
                for (var i = 0; i < 2; i++)
                {
                    // Two slots or more with one event or more each: every spelling of a kind occurs, the third from two destinations on.
                    var firstVariant = (destination * 2) + i;
                    var slot = (destination, random.Pick(readable));
                    if (!_events.TryGetValue(slot, out var kinds))
                    {
                        _events[slot] = kinds = [];
                    }

                    kinds.Add((kind, firstVariant, random.Between(1, 4)));
                }
            }
        }
    }

    public UglyFile? FileAt(int destination, int day) => _files.TryGetValue((destination, day), out var kind) ? kind : null;

    /// <summary>Spoils events of the list in place and appends duplicates.</summary>
    public void Spoil(int destination, int day, List<SimEvent> events, ulong seed)
    {
        if (!_events.TryGetValue((destination, day), out var kinds) || events.Count == 0)
        {
            return;
        }

        var random = Prng.For(seed, "spoil", (destination * 10_000) + day);
        foreach (var (kind, firstVariant, count) in kinds)
        {
            for (var i = 0; i < count; i++)
            {
                SpoilOne(kind, firstVariant + i, events, ref random);
            }
        }
    }

    private static void SpoilOne(UglyEvent kind, int variant, List<SimEvent> events, ref Prng random)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var at = random.Below(events.Count);
            var e = events[at];
            if (e.Ugly is not null || !Suits(kind, e))
            {
                continue;
            }

            if (kind != UglyEvent.DuplicateInstant)
            {
                events[at] = e with { Ugly = kind, Variant = variant };
                return;
            }

            // The original is marked too, so that nothing else happens to it; written, both look like good events.
            events[at] = e with { Ugly = kind };
            var copy = e with { Ugly = kind, Queue = e.Queue!.Value with { Standby = e.Queue.Value.Standby + (variant % 2 * 5) } };
            events.Insert(variant % 3 == 0 ? at + 1 : events.Count, copy);
            return;
        }
    }

    private static bool Suits(UglyEvent kind, SimEvent e) => kind switch
    {
        UglyEvent.NegativeWait or UglyEvent.ExtremeWait or UglyEvent.ImpossibleWait or UglyEvent.ExtraProperties or UglyEvent.DuplicateInstant
            => e.Queue is { Standby: not null },
        UglyEvent.QueueNull or UglyEvent.QueueArray or UglyEvent.QueuePartNull or UglyEvent.UnknownQueueType => e.Queue is not null,
        _ => true,
    };

    private static void Shuffle<T>(T[] items, ref Prng random)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
