namespace ThemePark.Modules.Metadata.Reading;

/// <summary>
/// What a circle on the globe lies in, in degrees: one range of latitudes, and one of longitudes or, across the date line, two. The second is empty
/// otherwise. Around a pole all longitudes are near.
/// </summary>
internal sealed record GeoBox(double South, double North, double West, double East, double WestToo, double EastToo)
{
    /// <summary>As ST_Distance_Sphere has it, in metres.</summary>
    public const double EarthRadius = 6_370_986;

    // What rounding may cost a point on the rim.
    private const double Margin = 1e-7;

    public static GeoBox Around(double latitude, double longitude, double radius)
    {
        var angle = radius / EarthRadius;
        var (south, north) = (latitude - Degrees(angle) - Margin, latitude + Degrees(angle) + Margin);
        if (south <= -90 || north >= 90)
        {
            return new GeoBox(Math.Max(south, -90), Math.Min(north, 90), -180, 180, 1, 0);
        }

        var reach = Degrees(Math.Asin(Math.Min(1, Math.Sin(angle) / Math.Cos(latitude * Math.PI / 180)))) + Margin;
        var (west, east) = (longitude - reach, longitude + reach);
        return west < -180 ? new GeoBox(south, north, -180, east, west + 360, 180)
            : east > 180 ? new GeoBox(south, north, west, 180, -180, east - 360)
            : new GeoBox(south, north, west, east, 1, 0);
    }

    private static double Degrees(double radians) => radians * 180 / Math.PI;
}
