namespace ThemePark.BuildingBlocks;

/// <summary>Of two instants in the same zone.</summary>
public static class Instants
{
    public static DateTime Earlier(DateTime a, DateTime b) => a < b ? a : b;

    public static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;
}
