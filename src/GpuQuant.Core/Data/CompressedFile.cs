using System.IO.Compression;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Files that may lie plain or compressed: finds whichever is there and reads it as if it were plain.</summary>
internal static class CompressedFile
{
    private static readonly string[] Endings = ["", ".gz", ".br"];

    /// <summary>The plain file of that name, else the one with <c>.gz</c>, else <c>.br</c>; null where there is none.</summary>
    public static string? Find(string folder, string plainName) =>
        Endings.Select(ending => Path.Combine(folder, plainName + ending)).FirstOrDefault(File.Exists);

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
        // Brotli reports damaged data as an invalid operation.
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException or IOException
            or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read: {error.Message.TrimEnd('.')}; {advice}.", error);
        }
    }
}
