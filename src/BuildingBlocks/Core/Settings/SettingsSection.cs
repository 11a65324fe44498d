using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ThemePark.BuildingBlocks;

/// <summary>A setting as the running process has it.</summary>
/// <param name="Path">As in the configuration, with colons.</param>
/// <param name="Value">What is in force; null: nothing.</param>
/// <param name="Default">What is in force when nobody says anything; null: nothing.</param>
/// <param name="Shown">False: only whether it is set may be told.</param>
/// <param name="Alias">Another key that stands in for it.</param>
internal sealed record EffectiveSetting(string Path, string? Value, string? Default, bool Shown, string? Alias, Type Type);

/// <summary>A setting as the program declares it, whatever is configured.</summary>
/// <param name="Path">With colons; NAME stands for a key that operators choose, N for a place in a list.</param>
/// <param name="Default">What is in force when nobody says anything; null: nothing.</param>
/// <param name="Shown">False: only whether it is set may be told.</param>
/// <param name="Alias">Another key that stands in for it.</param>
/// <param name="Property">Where it is declared; null: only by its key.</param>
/// <param name="About">What it is, where no property says so.</param>
internal sealed record DeclaredSetting(string Path, Type Type, string? Default, bool Shown, string? Alias, PropertyInfo? Property, string? About);

/// <summary>Settings that belong together, and who has the values in force.</summary>
internal interface ISettingsSection
{
    /// <summary>Every key below it should be one of ours; null: it is a single key.</summary>
    string? Root { get; }

    IEnumerable<EffectiveSetting> Read(IServiceProvider services);

    IEnumerable<DeclaredSetting> Declare();
}

public static class SettingsRegistration
{
    /// <summary>Lets operators see a section of options: what is in force, and what would be by default.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section the class is bound to.</param>
    /// <param name="current">Who has the values; left out, <see cref="IOptions{TOptions}"/>.</param>
    /// <param name="about">Of entries that are no property of a class.</param>
    public static IServiceCollection AddSettings<T>(
        this IServiceCollection services, string section, Func<IServiceProvider, T>? current = null, SettingAttribute? about = null)
        where T : class, new() =>
        services.AddSingleton<ISettingsSection>(new SettingsSection<T>(section, current ?? (provider => provider.GetRequiredService<IOptions<T>>().Value), about));

    /// <summary>The same for a single key that no options class has.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="key">With colons.</param>
    /// <param name="current">What is in force.</param>
    /// <param name="about">Text is shown only when this says so.</param>
    public static IServiceCollection AddSetting<T>(this IServiceCollection services, string key, Func<IServiceProvider, T?> current, SettingAttribute? about = null) =>
        services.AddSingleton<ISettingsSection>(new SingleSetting<T>(key, current, about ?? new SettingAttribute()));
}

internal sealed class SingleSetting<T>(string key, Func<IServiceProvider, T?> current, SettingAttribute about) : ISettingsSection
{
    public string? Root => null;

    public IEnumerable<EffectiveSetting> Read(IServiceProvider services) =>
        [new EffectiveSetting(key, SettingText.Of(current(services)), about.Default, about.Shown || SettingText.IsHarmless(typeof(T)), about.Alias, typeof(T))];

    public IEnumerable<DeclaredSetting> Declare() =>
        [new DeclaredSetting(key, typeof(T), about.Default, about.Shown || SettingText.IsHarmless(typeof(T)), about.Alias, null, about.About)];
}

internal sealed class SettingsSection<T>(string section, Func<IServiceProvider, T> current, SettingAttribute? about = null) : ISettingsSection
    where T : class, new()
{
    public string Root => section;

    public IEnumerable<EffectiveSetting> Read(IServiceProvider services) => Open(section, typeof(T), current(services), new T());

    public IEnumerable<DeclaredSetting> Declare() => Declare(section, typeof(T), new T(), null, about ?? new SettingAttribute());

    private static IEnumerable<DeclaredSetting> Declare(string path, Type type, object? standard, PropertyInfo? property, SettingAttribute about) =>
        SettingText.IsLeaf(type)
            ? [new DeclaredSetting(path, type, about.Default ?? SettingText.Of(standard), about.Shown || SettingText.IsHarmless(type), about.Alias, property, about.About)]
        : typeof(IDictionary).IsAssignableFrom(type) ? Declare($"{path}:NAME", type.GetGenericArguments()[1], null, property, about)
        : typeof(IEnumerable).IsAssignableFrom(type) ? Declare($"{path}:N", type.GetGenericArguments()[0], null, property, about)
        : Settable(type).SelectMany(p => Declare(
            $"{path}:{p.Name}", p.PropertyType, standard is null ? null : p.GetValue(standard), p, p.GetCustomAttribute<SettingAttribute>() ?? new SettingAttribute()));

    private static IEnumerable<EffectiveSetting> Open(string path, Type type, object? value, object? standard)
    {
        if (typeof(IDictionary).IsAssignableFrom(type))
        {
            var (values, defaults) = ((IDictionary?)value, (IDictionary?)standard);
            var item = type.GetGenericArguments()[1];
            return (values?.Keys.Cast<object>() ?? []).Order()
                .SelectMany(key => Entry($"{path}:{key}", item, values![key], defaults?.Contains(key) is true ? defaults[key] : null, new SettingAttribute()));
        }

        if (typeof(IEnumerable).IsAssignableFrom(type))
        {
            var item = type.GetGenericArguments()[0];
            return ((IEnumerable?)value)?.Cast<object>()
                .SelectMany((element, i) => Entry(string.Create(CultureInfo.InvariantCulture, $"{path}:{i}"), item, element, null, new SettingAttribute())) ?? [];
        }

        return Settable(type).SelectMany(p => Entry(
            $"{path}:{p.Name}",
            p.PropertyType,
            value is null ? null : p.GetValue(value),
            standard is null ? null : p.GetValue(standard),
            p.GetCustomAttribute<SettingAttribute>() ?? new SettingAttribute()));
    }

    // What cannot be set and is no collection is worked out from the rest.
    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0 && (p.CanWrite || (p.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(p.PropertyType))));

    private static IEnumerable<EffectiveSetting> Entry(string path, Type type, object? value, object? standard, SettingAttribute about) =>
        SettingText.IsLeaf(type)
            ? [new EffectiveSetting(path, SettingText.Of(value), about.Default ?? SettingText.Of(standard), about.Shown || SettingText.IsHarmless(type), about.Alias, type)]
            : Open(path, type, value, standard);
}

internal static class SettingText
{
    // The names say it; the first that fits.
    private static readonly (string Word, string Unit)[] Units =
    [
        ("PerMinute", "per minute"), ("PerHour", "per hour"), ("Percent", "%"), ("Minutes", "min"), ("Hours", "h"), ("Days", "days"), ("Megabytes", "MiB"), ("Gb", "GiB"),
        ("Bytes", "bytes"),
    ];

    /// <summary>A type whose values say how much, how long, whether or which: never a secret.</summary>
    public static bool IsHarmless(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum || plain.IsPrimitive || plain == typeof(decimal) || plain == typeof(TimeSpan);
    }

    /// <summary>A type that is one value, and no section with more of them.</summary>
    public static bool IsLeaf(Type type) => IsHarmless(type) || type == typeof(string) || type == typeof(Uri);

    /// <summary>What it is counted in, for people; null: nothing in particular.</summary>
    public static string? UnitOf(string path, Type type)
    {
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan))
        {
            return "hh:mm:ss";
        }

        var name = path[(path.LastIndexOf(':') + 1)..];
        return Units.FirstOrDefault(u => name.Contains(u.Word, StringComparison.Ordinal)).Unit;
    }

    /// <summary>As it could be written in the configuration; null: not set.</summary>
    public static string? Of(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null,
    };
}
