namespace ThemePark.Simulator;

/// <summary>A destination of the live world.</summary>
internal sealed class LiveDestination(DestinationModel model, Place location)
{
    public DestinationModel Model { get; } = model;

    public Place Location { get; } = location;

    public List<LivePark> Parks { get; } = [];

    public List<LiveEntity> Entities { get; } = [];
}

/// <summary>What an id stands for: a destination, a park of it, or an entity.</summary>
internal sealed record LiveSubject(LiveDestination Destination, LivePark? Park, LiveEntity? Entity);

/// <summary>The archive generator's world, with what only the live API speaks of.</summary>
internal sealed class LiveWorld
{
    private readonly Dictionary<string, LiveSubject> _byKey = new(StringComparer.OrdinalIgnoreCase);

    public LiveWorld(LiveWorldOptions options)
    {
        var archive = options.Archive;
        archive.Validate();
        First = archive.First;
        var models = Catalogue.Build(archive);
        var parks = 0;
        foreach (var model in models)
        {
            if (options.Parks is { } most && parks + model.Parks.Count > most)
            {
                model.Parks.RemoveRange(most - parks, model.Parks.Count - (most - parks));
            }

            parks += model.Parks.Count;
        }

        models.RemoveAll(d => d.Parks.Count == 0);
        var rides = options.Rides is { } wanted ? Spread(wanted, parks) : null;
        if (rides is not null)
        {
            // Built again with as many rides as the fullest park needs: ids do not depend on the number.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(rides[0], 500, nameof(options));
            var fuller = Catalogue.Build(archive with { RidesPerPark = Math.Max(2, rides[0]) });
            models = [.. models.Select((d, i) => Trim(fuller[i], d.Parks.Count))];
        }

        var number = 0;
        foreach (var model in models)
        {
            Destinations.Add(LiveCatalogue.Build(model, options, First, _ => rides?[number++]));
        }

        foreach (var destination in Destinations)
        {
            Index(destination);
        }
    }

    public DateOnly First { get; }

    public List<LiveDestination> Destinations { get; } = [];

    public int ParkCount => Destinations.Sum(d => d.Parks.Count);

    public int RideCount => Destinations.Sum(d => d.Parks.Sum(p => p.Entities.Count(e => e.Type == "ATTRACTION")));

    /// <summary>By UUID, slug (destinations and parks) or external id (destinations); null when nothing has it at that instant.</summary>
    public LiveSubject? Find(string key, long ms)
    {
        if (!_byKey.TryGetValue(key, out var subject) || subject.Entity is not { Park: { } park } entity)
        {
            return subject;
        }

        var day = park.DayAt(ms).Index;
        return entity.ListedOn(day) && entity.IdOn(day).Equals(key, StringComparison.OrdinalIgnoreCase) ? subject : null;
    }

    /// <summary>What is listed below a destination or park at that instant, parks aside.</summary>
    public static IEnumerable<LiveEntity> Below(LiveSubject subject, long ms)
    {
        var parks = subject.Park is { } one ? [one] : subject.Destination.Parks;
        var own = subject.Park is null ? subject.Destination.Entities : [];
        return own.Concat(parks.SelectMany(p => p.Entities.Where(e => e.ListedOn(p.DayAt(ms).Index))));
    }

    private void Index(LiveDestination destination)
    {
        var whole = new LiveSubject(destination, null, null);
        _byKey.TryAdd(destination.Model.Id, whole);
        _byKey.TryAdd(destination.Model.Slug, whole);
        foreach (var entity in destination.Entities)
        {
            _byKey.TryAdd(entity.IdOn(0), new LiveSubject(destination, null, entity));
        }

        foreach (var park in destination.Parks)
        {
            _byKey.TryAdd(park.Model.Id, new LiveSubject(destination, park, null));
            _byKey.TryAdd(park.Model.Slug, new LiveSubject(destination, park, null));
            foreach (var entity in park.Entities)
            {
                var subject = new LiveSubject(destination, park, entity);
                _byKey.TryAdd(entity.IdOn(int.MinValue), subject);
                _byKey.TryAdd(entity.IdOn(int.MaxValue), subject);
            }
        }
    }

    private static int[] Spread(int rides, int parks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rides, parks);
        return [.. Enumerable.Range(0, parks).Select(p => (rides / parks) + (p < rides % parks ? 1 : 0))];
    }

    private static DestinationModel Trim(DestinationModel model, int parks)
    {
        model.Parks.RemoveRange(parks, model.Parks.Count - parks);
        return model;
    }
}
