namespace ThemePark.Modules.Analytics.Reading;

/// <summary>What rows of every period say of the present; all null for a ride that was never seen live.</summary>
internal sealed record RideNow(string? Status, bool? IsOpen, bool? IsDown, bool? ParkIsOpen, int? WaitMinutes)
{
    private const string Unknown = "UNKNOWN";

    public static RideNow Of(LiveView view, int rideId, int parkId)
    {
        var parkIsOpen = view.Parks.GetValueOrDefault(parkId)?.IsOpen;
        return view.Rides.TryGetValue(rideId, out var ride) && ride.LiveStatus != Unknown
            ? new RideNow(ride.LiveStatus, ride.LiveStatus == "OPERATING", ride.IsDown, parkIsOpen, ride.WaitMinutes)
            : new RideNow(ride is null ? null : Unknown, null, null, parkIsOpen, null);
    }
}
