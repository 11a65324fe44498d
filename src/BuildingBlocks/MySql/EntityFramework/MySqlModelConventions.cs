using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ThemePark.MySql;

/// <summary>Model conventions for <c>ConfigureConventions</c>. They live in the model, not in the provider, so they survive a change of provider.</summary>
public static class MySqlModelConventions
{
    /// <summary>
    /// Every <see cref="DateTime"/> is a UTC instant in a <c>datetime(3)</c> column: read with <see cref="DateTimeKind.Utc"/>, written (and compared)
    /// cut to the millisecond, because servers disagree on whether to cut or to round. A local time is converted; a time of unspecified kind is an error.
    /// </summary>
    public static void UseUtcDateTimes(this ModelConfigurationBuilder configuration) =>
        configuration.Properties<DateTime>().HaveConversion<UtcMilliseconds>().HavePrecision(3);

    /// <summary>Columns are named like <c>first_seen_at</c> for <c>FirstSeenAt</c> unless the model names them. Table names stay explicit.</summary>
    public static void UseSnakeCaseColumns(this ModelConfigurationBuilder configuration) => configuration.Conventions.Add(_ => new SnakeCaseColumns());

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            // A new word starts at a capital after a small letter or digit, and at the last capital of an acronym: HTTPStatus is http_status.
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    private sealed class UtcMilliseconds() : ValueConverter<DateTime, DateTime>(v => ToStore(v), v => DateTime.SpecifyKind(v, DateTimeKind.Utc))
    {
        private static DateTime ToStore(DateTime value) => value.Kind switch
        {
            DateTimeKind.Unspecified => throw new ArgumentException($"{value:O} has no kind: an instant must be UTC (or local, which is converted)."),
            _ => new DateTime(value.ToUniversalTime().Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc),
        };
    }

    private sealed class SnakeCaseColumns : IModelFinalizingConvention
    {
        public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
        {
            foreach (var property in modelBuilder.Metadata.GetEntityTypes().SelectMany(e => e.GetDeclaredProperties()))
            {
                property.Builder.HasColumnName(SnakeCase(property.Name));
            }
        }
    }
}
