using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ThemePark.BuildingBlocks;

internal static partial class AdminKey
{
    public const string NameRule = "1 to 64 letters, digits, dots, dashes or underscores";

    /// <summary>What is longer is no key and is not hashed; one of ours has 47 characters.</summary>
    public const int MaxLength = 512;

    /// <summary>256 random bits behind a prefix that secret scanners can look for.</summary>
    public static string New() => "tpk_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public static bool IsName(string? name) => name is not null && Name().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Name();
}
