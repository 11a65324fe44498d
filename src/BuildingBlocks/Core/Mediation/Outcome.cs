namespace ThemePark.BuildingBlocks;

/// <summary>An expected failure: what a caller may act on. Anything unexpected is an exception.</summary>
/// <param name="Code">UPPER_SNAKE, part of the contract.</param>
/// <param name="Status">The HTTP status that fits the code.</param>
/// <param name="Message">One sentence for a person; never an exception's text.</param>
/// <param name="Details">Facts for a program, keys in snake_case.</param>
public sealed record Failure(string Code, int Status, string Message, IReadOnlyDictionary<string, object?>? Details = null)
{
    /// <summary>400 VALIDATION_FAILED with one list of messages per parameter, named as the caller spelled it.</summary>
    public static Failure Validation(IReadOnlyDictionary<string, string[]> perParameter)
    {
        ArgumentNullException.ThrowIfNull(perParameter);
        return new Failure(
            "VALIDATION_FAILED",
            400,
            string.Join(" ", perParameter.SelectMany(p => p.Value)),
            perParameter.ToDictionary(p => p.Key, p => (object?)p.Value));
    }

    /// <summary>400 VALIDATION_FAILED for one parameter.</summary>
    public static Failure Validation(string parameter, string message) =>
        Validation(new Dictionary<string, string[]> { [parameter] = [message] });

    /// <summary>404 with the code of the thing that is missing, such as IMPORT_NOT_FOUND.</summary>
    public static Failure NotFound(string code, string message) => new(code, 404, message);
}

/// <summary>A value or a <see cref="BuildingBlocks.Failure"/>; both convert implicitly.</summary>
public readonly struct Outcome<T> : IFailable
{
    private readonly T _value;

    private Outcome(T value, Failure? failure)
    {
        _value = value;
        Failure = failure;
    }

    public Failure? Failure { get; }

    public bool Succeeded => Failure is null;

    /// <exception cref="InvalidOperationException">The outcome is a failure.</exception>
    public T Value => Failure is null
        ? _value
        : throw new InvalidOperationException($"There is no value: {Failure.Code} {Failure.Message}");

    /// <summary>The value as something else; a failure stays what it is.</summary>
    public Outcome<TOther> Map<TOther>(Func<T, TOther> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Failure is { } failure ? Outcome<TOther>.FromFailure(failure) : Outcome<TOther>.FromValue(map(_value));
    }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Failure failure) => FromFailure(failure);

#pragma warning disable CA1000 // For a T that is an interface, which no conversion accepts; everything else converts.
    public static Outcome<T> FromFailure(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new Outcome<T>(default!, failure);
    }

    public static Outcome<T> FromValue(T value) => value;
#pragma warning restore CA1000
}

/// <summary>Lets a pipeline behaviour see how a request ended without knowing its result type.</summary>
internal interface IFailable
{
    Failure? Failure { get; }
}
