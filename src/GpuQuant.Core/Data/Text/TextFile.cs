using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>Reads text files, plain or compressed, as strict UTF-8; whatever goes wrong becomes a sentence.</summary>
internal static class TextFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The lines of a file; only LF and CR LF end one. A last line end opens no further line.</summary>
    /// <exception cref="DataException">The file cannot be read or holds bytes that are no UTF-8.</exception>
    public static string[] ReadLines(string path)
    {
        using var stream = Open(path);
        var bytes = Guard(path, () => CompressedFile.ReadAtMost(stream, Array.MaxLength));
        var text = Decode(path, bytes);
        var lines = text.Split('\n');
        return [.. (text.EndsWith('\n') ? lines[..^1] : lines).Select(line => line.EndsWith('\r') ? line[..^1] : line)];
    }

    /// <summary>Opens a file, decompressing by its ending.</summary>
    public static Stream Open(string path) => Guard(path, () => CompressedFile.OpenRead(path));

    /// <summary>The text that the bytes are.</summary>
    /// <exception cref="DataException">They are no UTF-8; names the line and the byte.</exception>
    public static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new DataException($"'{path}' line {bytes[..Math.Max(error.Index, 0)].Count((byte)'\n') + 1} has the byte "
                + $"0x{error.BytesUnknown![0]:X2}, which is no UTF-8 text; mend the file, or fetch it again.", error);
        }
    }

    /// <summary>Runs a step of reading a file.</summary>
    /// <exception cref="DataException">It failed as reading can; names the file and the reason.</exception>
    public static T Guard<T>(string path, Func<T> read) =>
        CompressedFile.Guard(path, "fetch the file again or check where it came from", read);
}
