using System.Formats.Tar;
using System.IO.Compression;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// Reads the binary version of CIFAR-10: records of 3,073 bytes, a label and then 1,024 red, 1,024 green and 1,024 blue values of a 32x32
/// picture, row by row. The pixels are put into height x width x channels.
/// </summary>
internal static class CifarReader
{
    private const int Side = 32, Plane = Side * Side, Channels = 3, Record = 1 + Channels * Plane, Classes = 10;
    private const int MostBytes = 60_000 * Record;
    private const string Advice = "fetch the data set again (gpuquant data get cifar10) or check where the file came from";

    /// <summary>Reads batch files, plain or compressed, one after the other.</summary>
    /// <exception cref="DataException">A file is damaged.</exception>
    public static ImageDataset Read(string set, IReadOnlyList<string> paths) =>
        Assemble(set, [.. paths.Select(path => (path, CompressedFile.Guard(path, Advice, () =>
        {
            using var stream = CompressedFile.OpenRead(path);
            return ReadAll(stream, path);
        })))]);

    /// <summary>Reads batch files inside the published archive, without unpacking it.</summary>
    /// <exception cref="DataException">The archive is damaged or lacks a file.</exception>
    public static ImageDataset ReadArchive(string set, string archive, IReadOnlyList<string> names) =>
        CompressedFile.Guard(archive, Advice, () =>
        {
            using var file = File.OpenRead(archive);
            return ReadArchive(set, file, archive, names);
        });

    /// <summary>Reads batch files inside an archive's content; its path is for errors.</summary>
    public static ImageDataset ReadArchive(string set, Stream content, string archive, IReadOnlyList<string> names)
    {
        var found = CompressedFile.Guard(archive, Advice, () => ReadEntries(content, archive, names));
        return Assemble(set, [.. names.Select(name => ($"{archive}/{name}", found.GetValueOrDefault(name)
            ?? throw new DataException($"'{archive}' has no file '{name}'; {Advice}.")))]);
    }

    private static Dictionary<string, byte[]> ReadEntries(Stream file, string archive, IReadOnlyList<string> names)
    {
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(plain);
        var found = new Dictionary<string, byte[]>();
        while (found.Count < names.Count && tar.GetNextEntry() is { } entry)
            if (entry.DataStream is { } data && names.Contains(Path.GetFileName(entry.Name)))
                found[Path.GetFileName(entry.Name)] = ReadAll(data, $"{archive}/{entry.Name}");
        return found;
    }

    /// <summary>Puts the plain contents of batch files together; the paths are for errors.</summary>
    public static ImageDataset Assemble(string set, (string Path, byte[] Bytes)[] files)
    {
        foreach (var (path, bytes) in files)
            Check(path, bytes);
        var labels = new byte[files.Sum(file => file.Bytes.Length / Record)];
        var pixels = new byte[labels.Length * Channels * Plane];
        var sample = 0;
        foreach (var (_, bytes) in files)
            for (var start = 0; start < bytes.Length; start += Record, sample++)
            {
                labels[sample] = bytes[start];
                Interleave(bytes.AsSpan(start + 1, Channels * Plane), pixels.AsSpan(sample * Channels * Plane, Channels * Plane));
            }
        return new ImageDataset(set, pixels, labels, new Shape(Side, Side, Channels), Classes);
    }

    private static void Check(string path, byte[] bytes)
    {
        if (bytes.Length == 0 || bytes.Length % Record != 0)
            throw new DataException($"'{path}' holds {bytes.Length} bytes, expected records of {Record} bytes (a label and 32x32x3 pixels) "
                + $"and nothing else; {Advice}.");
        for (var start = 0; start < bytes.Length; start += Record)
            if (bytes[start] >= Classes)
                throw new DataException(
                    $"'{path}' gives sample {start / Record} the label {bytes[start]}, expected 0 to {Classes - 1}; {Advice}.");
    }

    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        for (var i = 0; i < Plane; i++)
            for (var c = 0; c < Channels; c++)
                pixels[i * Channels + c] = planes[c * Plane + i];
    }

    /// <summary>Everything the stream holds, up to what the whole set takes: a few compressed bytes must not become gigabytes.</summary>
    public static byte[] ReadAll(Stream stream, string path)
    {
        var bytes = CompressedFile.ReadAtMost(stream, MostBytes + 1);
        return bytes.Length <= MostBytes ? bytes : throw new DataException(
            $"'{path}' holds more than {MostBytes} bytes, which all of CIFAR-10 does not take; {Advice}.");
    }
}
