using System.IO.Compression;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Files that may lie plain or compressed: finds whichever is there and reads it as if it were plain.</summary>
internal static class CompressedFile
{
    private const int FirstBuffer = 1 << 16;
    private static readonly string[] Endings = ["", ".gz", ".br"];

    /// <summary>The plain file of that name, else the one with <c>.gz</c>, else <c>.br</c>; null where there is none.</summary>
    public static string? Find(string folder, string plainName) =>
        Endings.Select(ending => Path.Combine(folder, plainName + ending)).FirstOrDefault(File.Exists);

    /// <summary>The file as it is found (<see cref="Find"/>); where there is none, the plain path.</summary>
    public static string FindOrPlain(string folder, string plainName) => Find(folder, plainName) ?? Path.Combine(folder, plainName);

    /// <summary>Opens the file for reading, decompressing by its ending.</summary>
    public static Stream OpenRead(string path) => Decompress(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), path);

    /// <summary>The plain bytes of a file's content; the name's ending tells the compression.</summary>
    public static Stream Decompress(Stream content, string name) => Path.GetExtension(name) switch
    {
        ".gz" => new GZipStream(content, CompressionMode.Decompress),
        ".br" => new BrotliStream(content, CompressionMode.Decompress),
        _ => content,
    };

    /// <summary>The next bytes, fewer where the stream ends before.</summary>
    public static byte[] ReadAtMost(Stream stream, int count)
    {
        // Grows while bytes come: a damaged header must not make us take gigabytes.
        var first = stream.CanSeek ? stream.Length - stream.Position : FirstBuffer;
        var bytes = new byte[(int)Math.Min(count, first)];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        while (length == bytes.Length && length < count && length > 0)
        {
            Array.Resize(ref bytes, (int)Math.Min(count, 2L * length));
            length += stream.ReadAtLeast(bytes.AsSpan(length), bytes.Length - length, throwOnEndOfStream: false);
        }
        Array.Resize(ref bytes, length);
        return bytes;
    }

    /// <summary>Reads from a file; what the disk or the decompression reports becomes one sentence.</summary>
    /// <param name="path">The file, for the sentence.</param>
    /// <param name="advice">What to do, for the sentence: "fetch the file again".</param>
    /// <param name="read">Reads.</param>
    /// <exception cref="DataException">The file is missing, not to be read or damaged.</exception>
    public static T Guard<T>(string path, string advice, Func<T> read)
    {
        try
        {
            return read();
        }
        // Besides files that cannot be opened: what GZipStream, BrotliStream (an invalid operation) and TarReader throw on damaged
        // content; the last also lets the errors of converting a header's numbers through.
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException or IOException
            or UnauthorizedAccessException or OverflowException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new DataException($"'{path}' cannot be read: {error.Message.TrimEnd('.')}; {advice}.", error);
        }
    }
}
