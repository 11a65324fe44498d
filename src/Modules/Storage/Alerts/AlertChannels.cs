using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Mail;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Storage.Alerts;

/// <summary>An attempt to tell somebody failed; the message holds no secret.</summary>
internal sealed class DeliveryException(string message) : Exception(message);

/// <summary>The ways to tell of an alert. Each makes one attempt: the job that called tries again.</summary>
internal sealed class AlertChannels(HttpClient http, IAuditLog audit, IOptions<StorageOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private AlertOptions Settings => options.Value.Alerts;

    public static IEnumerable<AlertChannel> Configured(AlertOptions settings)
    {
        yield return AlertChannel.Audit;
        if (settings.Webhook is not null)
        {
            yield return AlertChannel.Webhook;
        }

        if (settings.Smtp.IsConfigured)
        {
            yield return AlertChannel.Mail;
        }
    }

    /// <exception cref="DeliveryException">It could not be told now.</exception>
    public async Task TellAsync(AlertChannel channel, AlertNotice notice, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await (channel switch
            {
                AlertChannel.Audit => AuditAsync(notice, limit.Token),
                AlertChannel.Webhook => PostAsync(notice, limit.Token),
                AlertChannel.Mail => MailAsync(notice, limit.Token),
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryException($"{channel.ToUpperSnake()}: no answer within {Patience.TotalSeconds:0} s.");
        }
    }

    private Task AuditAsync(AlertNotice notice, CancellationToken cancellationToken) => audit.RecordAsync(
        notice.Event switch
        {
            AlertEvent.Opened => "storage.alert.open",
            AlertEvent.Changed => "storage.alert.change",
            AlertEvent.Closed => "storage.alert.close",
        },
        notice.Alert.AlertId.ToString(CultureInfo.InvariantCulture),
        notice.Alert,
        null,
        cancellationToken).AsTask();

    // The path may be the secret, as with chat services: errors name the host only.
    private async Task PostAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        var url = Settings.Webhook ?? throw new DeliveryException("WEBHOOK: no address is configured any more.");
        try
        {
            using var answer = await http.PostAsJsonAsync(url, notice, ApiJson.Options, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw new DeliveryException(string.Create(CultureInfo.InvariantCulture, $"WEBHOOK: {url.Host}:{url.Port} answered {(int)answer.StatusCode}."));
            }
        }
        catch (HttpRequestException e)
        {
            throw new DeliveryException(string.Create(CultureInfo.InvariantCulture, $"WEBHOOK: {url.Host}:{url.Port} cannot be reached ({e.HttpRequestError})."));
        }
    }

    private async Task MailAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        var smtp = Settings.Smtp;
        if (!smtp.IsConfigured)
        {
            throw new DeliveryException("MAIL: no server is configured any more.");
        }

        using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.UseTls };
        if (smtp.User is not null)
        {
            client.Credentials = new NetworkCredential(smtp.User, smtp.Password);
        }

        var alert = notice.Alert;
        using var mail = new MailMessage(smtp.From!, smtp.To!)
        {
            Subject = $"ThemePark storage: {alert.Severity.ToUpperSnake()} {alert.Type.ToUpperSnake()} {notice.Event.ToUpperSnake()}",
            Body = string.Create(CultureInfo.InvariantCulture, $"""
                {alert.Message}

                Alert {alert.AlertId}, {notice.Event.ToUpperSnake()}
                Threshold {alert.Threshold:0.##}, now {alert.CurrentValue:0.##}
                Since {alert.CreatedAt:yyyy-MM-dd HH:mm}Z

                """),
        };
        try
        {
            await client.SendMailAsync(mail, cancellationToken);
        }
        catch (SmtpException e)
        {
            throw new DeliveryException(string.Create(CultureInfo.InvariantCulture, $"MAIL: {smtp.Host}:{smtp.Port} did not take it ({e.StatusCode})."));
        }
    }
}
