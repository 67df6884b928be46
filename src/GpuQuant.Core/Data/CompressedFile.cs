using System.IO.Compression;

namespace GpuQuant.Data;

/// <summary>Files that may lie plain or compressed: finds whichever is there and reads it as if it were plain.</summary>
internal static class CompressedFile
{
    private static readonly string[] Endings = ["", ".gz", ".br"];

    /// <summary>The plain file of that name, else the one with <c>.gz</c>, else <c>.br</c>; null where there is none.</summary>
    public static string? Find(string folder, string plainName) =>
        Endings.Select(ending => Path.Combine(folder, plainName + ending)).FirstOrDefault(File.Exists);

    /// <summary>Opens the file for reading, decompressing by its ending.</summary>
    public static Stream OpenRead(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return Path.GetExtension(path) switch
        {
            ".gz" => new GZipStream(file, CompressionMode.Decompress),
            ".br" => new BrotliStream(file, CompressionMode.Decompress),
            _ => file,
        };
    }
}
