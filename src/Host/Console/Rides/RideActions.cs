using System.Globalization;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Metadata.Features;

namespace ThemePark.Host.Console.Rides;

/// <summary>The forms of the pages of rides.</summary>
internal static class RideActions
{
    public static void MapRideActions(this IEndpointRouteBuilder app) => app.MapForms(RideLinks.Actions).MapForm("/{rideId:int}/classify", (int rideId, HttpContext http) => http.SendAsync(
        (form, why) => new ClassifyRide.Command(rideId, Tier(form.Text("tier")), form.Text("category"), form.Text("indoor_outdoor"), why),
        result => result.Changed ? "Said." : "That was said before.",
        _ => RideLinks.Of(rideId),
        RideLinks.Of(rideId)));

    // What is no number is none of the tiers there are: the command says so.
    private static int? Tier(string? text) =>
        text is null ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var tier) ? tier : 0;
}
