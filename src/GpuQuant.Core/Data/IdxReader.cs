using System.Buffers.Binary;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// Reads the IDX files in which MNIST, Fashion-MNIST and USPS are published (LeCun et al. 1998): a big-endian header
/// (0, 0, element type 8 = unsigned byte, number of dimensions; then each dimension) and the bytes, row-major.
/// Plain files and those compressed with gzip (<c>.gz</c>) or Brotli (<c>.br</c>) are read alike.
/// </summary>
/// <example>60,000 images of 28x28 begin 00 00 08 03, 00 00 EA 60, 00 00 00 1C, 00 00 00 1C: a tensor of shape 60000x28x28.</example>
public static class IdxReader
{
    private const int MaxDimension = 1 << 24;

    /// <summary>Reads one file of bytes.</summary>
    /// <param name="path">The file; the ending tells the compression.</param>
    /// <param name="rank">The number of dimensions expected: 3 for images, 1 for labels.</param>
    /// <returns>A <see cref="DType.UInt8"/> tensor whose first dimension counts the samples.</returns>
    /// <exception cref="DataException">
    /// The file is missing, of another format, truncated, damaged or longer than its header says.
    /// </exception>
    public static Tensor Read(string path, int rank) => CompressedFile.Guard(path, Advice, () =>
    {
        using var stream = CompressedFile.OpenRead(path);
        return Read(stream, path, rank);
    });

    /// <summary>Reads a file's plain content; the name is for errors.</summary>
    internal static Tensor Read(Stream content, string path, int rank)
    {
        var shape = ReadHeader(content, path, rank);
        return new Tensor(DType.UInt8, shape, ReadBody(content, path, shape));
    }

    private const string Advice = "fetch the file again (gpuquant data get) or check where it came from";

    private static Shape ReadHeader(Stream stream, string path, int rank)
    {
        var header = new byte[4 + 4 * rank];
        var length = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (length < 4)
            throw Bad(path, $"is {length} bytes long, too short for an IDX file");
        var (magic, expected) = (BinaryPrimitives.ReadInt32BigEndian(header), 0x800 + rank);
        if (magic != expected)
            throw Bad(path, $"begins with the number {magic} where an IDX file of bytes in {rank} dimension(s) begins with {expected}");
        if (length < header.Length)
            throw Bad(path, $"ends inside its header, after {length} of {header.Length} bytes");
        var dims = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            dims[i] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 + 4 * i));
            if (dims[i] is < 1 or > MaxDimension)
                throw Bad(path, $"claims a size of {dims[i]} in dimension {i}, expected 1 to {MaxDimension}");
        }
        return CheckTotal(path, dims);
    }

    private static Shape CheckTotal(string path, int[] dims)
    {
        var total = dims.Aggregate(1.0, (product, dim) => product * dim);
        return total <= Array.MaxLength
            ? new Shape(dims)
            : throw Bad(path, $"claims {string.Join('x', dims)} bytes, more than {Array.MaxLength}");
    }

    private static byte[] ReadBody(Stream stream, string path, Shape shape)
    {
        var expected = (int)shape.Count;
        var bytes = CompressedFile.ReadAtMost(stream, expected);
        if (bytes.Length < expected)
            throw Bad(path, $"is truncated: it holds {bytes.Length} of the {expected} bytes that its header {shape} announces");
        if (stream.ReadByte() >= 0)
            throw Bad(path, $"holds more than the {expected} bytes that its header {shape} announces");
        return bytes;
    }

    private static DataException Bad(string path, string what) => new($"'{path}' {what}; {Advice}.");
}
