using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>Puts .NET values the driver would send as culture-dependent text into the form of their column.</summary>
internal static class ParameterValues
{
    /// <exception cref="ArgumentException">A DateTime of kind Local: instants in the database are UTC.</exception>
    public static void Normalise(MySqlParameter parameter)
    {
        switch (parameter.Value)
        {
            case DateOnly date:
                parameter.MySqlDbType = MySqlDbType.Date;
                parameter.Value = date.ToDateTime(TimeOnly.MinValue);
                break;
            case TimeOnly time:
                parameter.MySqlDbType = MySqlDbType.Time;
                parameter.Value = time.ToTimeSpan();
                break;
            case DateTimeOffset instant:
                parameter.MySqlDbType = MySqlDbType.DateTime;
                parameter.Value = instant.UtcDateTime;
                break;
            case Guid id:
                parameter.MySqlDbType = MySqlDbType.VarChar;
                parameter.Value = id.ToString("D");
                break;
            case DateTime { Kind: DateTimeKind.Local }:
                throw new ArgumentException($"Parameter {parameter.ParameterName} is a local time; the database holds UTC.");
        }
    }
}
