using System.Globalization;
using System.Text;
using System.Xml;

namespace ThemePark.Simulator;

/// <summary>The two documents S3 answers with.</summary>
internal static class S3Xml
{
    private const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false) };

    public static byte[] Error(string code, string message, string resource) => Document(xml =>
    {
        xml.WriteStartElement("Error");
        xml.WriteElementString("Code", code);
        xml.WriteElementString("Message", message);
        xml.WriteElementString("Resource", resource);
        xml.WriteElementString("RequestId", "SIMULATED");
        xml.WriteEndElement();
    });

    public static byte[] Listing(string bucket, ListRequest request, ListPage page) => Document(xml =>
    {
        string Text(string value) => request.UrlEncoded ? Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal) : value;
        string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
        xml.WriteStartElement("ListBucketResult", Namespace);
        xml.WriteElementString("Name", bucket);
        xml.WriteElementString("Prefix", Text(request.Prefix));
        Optional("Delimiter", request.Delimiter is null ? null : Text(request.Delimiter));
        Optional("EncodingType", request.UrlEncoded ? "url" : null);
        Optional("StartAfter", request.StartAfter is null ? null : Text(request.StartAfter));
        Optional("ContinuationToken", request.Token);
        xml.WriteElementString("KeyCount", Number(page.Objects.Count + page.Prefixes.Count));
        xml.WriteElementString("MaxKeys", Number(request.MaxKeys));
        xml.WriteElementString("IsTruncated", page.NextToken is null ? "false" : "true");
        Optional("NextContinuationToken", page.NextToken);
        foreach (var found in page.Objects)
        {
            xml.WriteStartElement("Contents");
            xml.WriteElementString("Key", Text(found.Key));
            xml.WriteElementString("LastModified", found.LastModified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            xml.WriteElementString("ETag", found.ETag);
            xml.WriteElementString("Size", Number(found.Size));
            xml.WriteElementString("StorageClass", "STANDARD");
            xml.WriteEndElement();
        }

        foreach (var prefix in page.Prefixes)
        {
            xml.WriteStartElement("CommonPrefixes");
            xml.WriteElementString("Prefix", Text(prefix));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();

        void Optional(string name, string? value)
        {
            if (value is not null)
            {
                xml.WriteElementString(name, value);
            }
        }
    });

    private static byte[] Document(Action<XmlWriter> content)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, Settings))
        {
            content(xml);
        }

        return buffer.ToArray();
    }
}
