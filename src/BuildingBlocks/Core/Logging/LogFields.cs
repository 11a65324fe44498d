using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ThemePark.BuildingBlocks;

public static class LogFields
{
    /// <summary>Adds structured fields (run, destination, day, …) to every line logged until the result is disposed.</summary>
    public static IDisposable? BeginFields(this ILogger logger, params (string Name, object? Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(fields);
        return logger.BeginScope(new Fields(fields));
    }

    // The console formatters print a scope's ToString and, in JSON, its pairs; a dictionary would print its type name.
    private sealed class Fields((string Name, object? Value)[] fields) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => fields.Length;

        public KeyValuePair<string, object?> this[int index] => new(fields[index].Name, fields[index].Value);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
            fields.Select(f => new KeyValuePair<string, object?>(f.Name, f.Value)).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() =>
            string.Join(' ', fields.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name}={f.Value}")));
    }
}
