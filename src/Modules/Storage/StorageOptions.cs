using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Storage;

/// <summary>Settings of storage, section <c>Storage</c>.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>What the database may take on disk, in GiB. Left out, the volume that holds the data is the limit, where it can be seen.</summary>
    [Range(0.001, 1e9)]
    public double? CapacityGb { get; set; }

    public AlertOptions Alerts { get; set; } = new();

    /// <summary>Checks all three sections: the framework's own check stops at the first.</summary>
    internal sealed class Rules : IValidateOptions<StorageOptions>
    {
        public ValidateOptionsResult Validate(string? name, StorageOptions options)
        {
            var errors = Errors(Section, options).Concat(Errors(AlertOptions.Section, options.Alerts)).Concat(Errors(SmtpOptions.Section, options.Alerts.Smtp)).ToList();
            if (options.Alerts.Problem() is { } problem)
            {
                errors.Add(problem);
            }

            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }

        private static IEnumerable<string> Errors(string section, object settings)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
            return results.Select(r => $"In {section}: {r.ErrorMessage}");
        }
    }
}

/// <summary>When operators are told, and how; section <c>Storage:Alerts</c>.</summary>
internal sealed class AlertOptions
{
    public const string Section = "Storage:Alerts";

    private const double MostPercent = 1000;

    /// <summary>Share of the capacity in use from which operators are warned.</summary>
    [Range(0, MostPercent)]
    public double CapacityWarningPercent { get; set; } = 60;

    /// <summary>The same, from which it is critical.</summary>
    [Range(0, MostPercent)]
    public double CapacityCriticalPercent { get; set; } = 80;

    /// <summary>How much the rate of growth may differ from that of the month before, up or down.</summary>
    [Range(0, MostPercent)]
    public double GrowthWarningPercent { get; set; } = 10;

    /// <summary>The same, from which it is critical.</summary>
    [Range(0, MostPercent)]
    public double GrowthCriticalPercent { get; set; } = 25;

    /// <summary>Partitions of one table from which operators are warned.</summary>
    [Range(1, 8192)]
    public int PartitionsWarning { get; set; } = 100;

    /// <summary>The same, from which it is critical.</summary>
    [Range(1, 8192)]
    public int PartitionsCritical { get; set; } = 150;

    /// <summary>Days until nothing fits any more below which operators are warned.</summary>
    [Range(0, 36_500)]
    public double DaysUntilFullWarning { get; set; } = 90;

    /// <summary>The same, below which it is critical.</summary>
    [Range(0, 36_500)]
    public double DaysUntilFullCritical { get; set; } = 30;

    /// <summary>Where alerts are posted as JSON. May hold a secret: only scheme, host and port are ever logged.</summary>
    public string? WebhookUrl { get; set; }

    public SmtpOptions Smtp { get; set; } = new();

    // Not public: no setting.
    internal Uri? Webhook => string.IsNullOrWhiteSpace(WebhookUrl) ? null : new Uri(WebhookUrl.Trim(), UriKind.Absolute);

    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public string? Problem()
    {
        if (!string.IsNullOrWhiteSpace(WebhookUrl)
            && !(Uri.TryCreate(WebhookUrl.Trim(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0))
        {
            return "Setting Storage:Alerts:WebhookUrl must be http(s)://… without user or password.";
        }

        return CapacityWarningPercent > CapacityCriticalPercent ? Order(nameof(CapacityWarningPercent), nameof(CapacityCriticalPercent))
            : GrowthWarningPercent > GrowthCriticalPercent ? Order(nameof(GrowthWarningPercent), nameof(GrowthCriticalPercent))
            : PartitionsWarning > PartitionsCritical ? Order(nameof(PartitionsWarning), nameof(PartitionsCritical))
            : DaysUntilFullCritical > DaysUntilFullWarning ? Order(nameof(DaysUntilFullCritical), nameof(DaysUntilFullWarning))
            : Smtp.Problem();

        static string Order(string lower, string upper) => $"Setting Storage:Alerts:{lower} must not be above Storage:Alerts:{upper}.";
    }
}

/// <summary>A mail server for alerts; section <c>Storage:Alerts:Smtp</c>.</summary>
internal sealed class SmtpOptions
{
    public const string Section = "Storage:Alerts:Smtp";

    /// <summary>Left out, no mail is sent.</summary>
    [Setting(Shown = true)]
    public string? Host { get; set; }

    /// <summary>Of the mail server.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>STARTTLS.</summary>
    public bool UseTls { get; set; } = true;

    /// <summary>Left out, nobody signs in; goes with <see cref="Password"/>.</summary>
    public string? User { get; set; }

    /// <summary>Goes with <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>Who mails come from.</summary>
    [Setting(Shown = true)]
    public string? From { get; set; }

    /// <summary>Addresses, comma separated.</summary>
    [Setting(Shown = true)]
    public string? To { get; set; }

    internal bool IsConfigured => !string.IsNullOrWhiteSpace(Host);

    public string? Problem() =>
        IsConfigured && !(IsAddress(From) && To?.Split(',').All(IsAddress) is true) ? "Setting Storage:Alerts:Smtp:Host needs mail addresses in From and To."
        : User is null != Password is null ? "Setting Storage:Alerts:Smtp:User needs Password, and the other way round."
        : null;

    private static bool IsAddress(string? text) => MailAddress.TryCreate(text, out _);
}
