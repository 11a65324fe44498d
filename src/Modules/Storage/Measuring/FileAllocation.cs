using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ThemePark.Modules.Storage.Measuring;

/// <summary>What a file takes on disk. The framework knows only its length, which counts holes.</summary>
internal static class FileAllocation
{
    private const int CurrentDirectory = -100;
    private const uint WantBlocks = 0x400;
    private const int BufferSize = 256;
    private const int BlocksOffset = 48;
    private const int BytesPerBlock = 512;

    /// <summary>Bytes allocated; null where the system does not tell.</summary>
    public static long? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var buffer = new byte[BufferSize];
        try
        {
            return Statx(CurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), 0, WantBlocks, buffer) == 0
                ? BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(BlocksOffset)) * BytesPerBlock
                : null;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    // Unlike stat, its structure is the same on every processor; .NET's Linux ports are little-endian but one, which is not supported.
    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, byte[] path, int flags, uint mask, [Out] byte[] buffer);
}
