using System.Security.Cryptography;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Ids that can be read over the telephone: a prefix and twelve base32 characters (Crockford's alphabet).</summary>
internal static class ImportId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string NewImport() => "imp_" + RandomNumberGenerator.GetString(Alphabet, 12);

    public static string NewBatch() => "bat_" + RandomNumberGenerator.GetString(Alphabet, 12);
}
