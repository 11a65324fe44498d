using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

/// <summary>What an exception is called that ends a verb, and what is said of it. Each word has its place in docs/runbook.md.</summary>
internal static class CliErrors
{
    // Whose exceptions say that a setting has the wrong type, and name it.
    private const string Binder = "Microsoft.Extensions.Configuration.Binder";

    public static Failure Of(Exception e) => ExitCodes.Of(e) switch
    {
        ExitCodes.Cancelled => Failed("CANCELLED", "Cancelled."),
        ExitCodes.DatabaseUnreachable => Failed("DATABASE_UNREACHABLE", e is EmbeddedMariaDbException ? e.Message : $"The database cannot be reached (see ConnectionStrings__ThemePark): {e.Message}"),
        _ => e switch
        {
            SettingException or OptionsValidationException or InvalidOperationException { Source: Binder } => Failed("SETTING_INVALID", e.Message),
            MigrationException => Failed("MIGRATION_FAILED", e.Message),
            IOException { InnerException: AddressInUseException } => Failed("ADDRESS_REFUSED", e.Message),
            SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } =>
                Failed("ADDRESS_REFUSED", $"An address of `urls` or --urls cannot be listened on: {e.Message}"),
            IOException or UnauthorizedAccessException => Failed("FILE_FAILED", e.Message),
            // The trace is what a report of a bug needs.
            _ => Failed("FAILED", e.ToString()),
        },
    };

    private static Failure Failed(string code, string message) => new(code, StatusCodes.Status500InternalServerError, message);
}
