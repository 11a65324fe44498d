using System.Text;
using System.Text.Json;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>Instants of the small documents.</summary>
internal static class JsonInstants
{
    /// <summary>False when something is stated that is no instant with an offset.</summary>
    public static bool TryInstant(this JsonElement element, string name, out StatedInstant? instant)
    {
        instant = null;
        if (!element.Has(name))
        {
            return true;
        }

        if (element.Text(name) is not { } text || !IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var at, out var offset) || !IsStorable(at))
        {
            return false;
        }

        instant = new StatedInstant(at, offset);
        return true;
    }

    /// <summary>From 1970 to 2200: no column and no calendar has trouble with it.</summary>
    public static bool IsStorable(long instant) => instant is >= 0 and < 7_258_118_400_000;
}
