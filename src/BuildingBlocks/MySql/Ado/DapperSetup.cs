using System.Data;
using System.Globalization;
using Dapper;

namespace ThemePark.MySql;

/// <summary>Dapper's view of dates and ids: DateOnly, TimeOnly, DateTime (always UTC), Guid as CHAR(36).</summary>
public static class DapperSetup
{
    private static readonly Lock Gate = new();
    private static bool _registered;

    /// <summary>Registers the handlers for the process; safe to call often.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (_registered)
            {
                return;
            }

            Handle(new DateOnlyHandler());
            Handle(new TimeOnlyHandler());
            Handle(new UtcHandler());
            Handle(new GuidHandler());
            _registered = true;
        }
    }

    private static void Handle<T>(SqlMapper.TypeHandler<T> handler)
        where T : struct
    {
        // Without this Dapper's built-in mapping wins and the handler is never asked.
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.RemoveTypeMap(typeof(T?));
        SqlMapper.AddTypeHandler(handler);
    }

    // Values go through as they are: SafeMySqlCommand gives each its column's form.
    private sealed class DateOnlyHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value switch
        {
            DateTime time => DateOnly.FromDateTime(time),
            DateOnly date => date,
            _ => throw new InvalidCastException($"A {value.GetType().Name} is no date."),
        };

        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            parameter.DbType = DbType.Date;
            parameter.Value = value.ToDateTime(TimeOnly.MinValue);
        }
    }

    private sealed class TimeOnlyHandler : SqlMapper.TypeHandler<TimeOnly>
    {
        public override TimeOnly Parse(object value) => value switch
        {
            TimeSpan span => TimeOnly.FromTimeSpan(span),
            DateTime time => TimeOnly.FromDateTime(time),
            _ => throw new InvalidCastException($"A {value.GetType().Name} is no time of day."),
        };

        public override void SetValue(IDbDataParameter parameter, TimeOnly value)
        {
            parameter.DbType = DbType.Time;
            parameter.Value = value.ToTimeSpan();
        }
    }

    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTime>
    {
        public override DateTime Parse(object value) => value switch
        {
            DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc),
            _ => throw new InvalidCastException($"A {value.GetType().Name} is no instant."),
        };

        public override void SetValue(IDbDataParameter parameter, DateTime value)
        {
            parameter.DbType = DbType.DateTime;
            parameter.Value = value;
        }
    }

    private sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
    {
        public override Guid Parse(object value) => value switch
        {
            Guid id => id,
            string text => Guid.Parse(text, CultureInfo.InvariantCulture),
            _ => throw new InvalidCastException($"A {value.GetType().Name} is no id; ids are CHAR(36)."),
        };

        public override void SetValue(IDbDataParameter parameter, Guid value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value.ToString("D");
        }
    }
}
