using System.Globalization;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// NumPy's file format .npy, version 1.0 (read also 2.0), for arrays of bytes, 32-bit floats and 32- and 64-bit integers in C order:
/// the format in which MNIST-C and CIFAR-10-C are published. Files compressed with gzip (<c>.gz</c>) or Brotli (<c>.br</c>) are read
/// like plain ones.
/// </summary>
/// <example>
/// 10,000 images of 28x28x1 give the header <c>{'descr': '|u1', 'fortran_order': False, 'shape': (10000, 28, 28, 1), }</c>.
/// </example>
public static class NpyFile
{
    private const int Alignment = 64, Version1Prefix = 10, MaxHeader = 1 << 16;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes a tensor whole or not at all.</summary>
    /// <exception cref="UsageException">The element type is none of the four.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, Tensor tensor) =>
        Write(path, tensor.Type, tensor.Shape, stream => stream.Write(tensor.Bytes));

    /// <summary>Writes an array whole or not at all, without holding it in memory.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The array's shape.</param>
    /// <param name="content">Writes the elements, little-endian and in C order: exactly as many as the shape has.</param>
    /// <exception cref="UsageException">The element type is none of the four.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, DType type, Shape shape, Action<Stream> content)
    {
        var header = Header(type, shape);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            content(stream);
            if (stream.Position != header.Length + shape.Count * type.Size())
                throw new InvalidOperationException($"{stream.Position} bytes were written for {type} of {shape}.");
        });
    }

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="DataException">
    /// The file is missing, no .npy file, of an element type or order that is not supported, or not as long as its header says.
    /// </exception>
    public static Tensor Read(string path) => Read(path, (header, stream) => ReadWhole(path, header, stream));

    /// <summary>
    /// The element type and shape that the header announces, after comparing them with the file's length, for which a compressed file is
    /// read to its end.
    /// </summary>
    /// <exception cref="DataException">As <see cref="Read(string)"/>.</exception>
    public static (DType Type, Shape Shape) ReadHeader(string path) => Read(path, (header, stream) =>
    {
        Skip(path, header, stream, BytesOf(header));
        RequireEnd(path, header, stream);
        return (header.Type, header.Shape);
    });

    /// <summary>Reads some rows (the outermost dimension) and nothing else of the file; of a compressed one, what precedes them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows, at least 1.</param>
    /// <exception cref="DataException">As <see cref="Read(string)"/>, or the array has fewer rows.</exception>
    /// <example>Rows 10,000 to 19,999 of <c>fog.npy</c> of CIFAR-10-C are severity 2: 31 of its 154 MB.</example>
    public static Tensor ReadRows(string path, int first, int count) => Read(path, (header, stream) =>
    {
        if (header.Shape.Rank == 0 || (long)first + count > header.Shape[0])
            throw Bad(path, $"has the shape {header.Shape}, expected at least {(long)first + count} rows");
        var shape = new Shape([count, .. header.Shape.Dims[1..]]);
        Skip(path, header, stream, shape.Count / count * first * header.Type.Size());
        return ReadTensor(path, header with { Shape = shape }, stream);
    });

    /// <summary>Reads a tensor from a file's content; the path is for errors.</summary>
    internal static Tensor Read(Stream content, string path) =>
        ReadWhole(path, ReadHeader(content, path), content);

    private static Tensor ReadWhole(string path, NpyHeader header, Stream stream)
    {
        var tensor = ReadTensor(path, header, stream);
        RequireEnd(path, header, stream);
        return tensor;
    }

    private static Tensor ReadTensor(string path, NpyHeader header, Stream stream)
    {
        if (BytesOf(header) is var count && count > Array.MaxLength)
            throw Bad(path, $"holds {count} bytes, more than {Array.MaxLength}");
        var bytes = CompressedFile.ReadAtMost(stream, (int)count);
        return bytes.Length == count ? new Tensor(header.Type, header.Shape, bytes) : throw Short(path, header);
    }

    private static long BytesOf(NpyHeader header) => header.Shape.Count * header.Type.Size();

    /// <summary>Passes over bytes, which a compressed file has to decompress.</summary>
    private static void Skip(string path, NpyHeader header, Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Current);
            return;
        }
        var piece = new byte[1 << 16];
        for (int read; count > 0; count -= read)
            if ((read = stream.Read(piece, 0, (int)Math.Min(count, piece.Length))) == 0)
                throw Short(path, header);
    }

    private static void RequireEnd(string path, NpyHeader header, Stream stream)
    {
        if (stream.ReadByte() >= 0)
            throw Bad(path, $"holds more data than its header ({header.Type}, {header.Shape}) announces");
    }

    private static DataException Short(string path, NpyHeader header) =>
        Bad(path, $"ends before the data that its header ({header.Type}, {header.Shape}) announces");

    private static NpyHeader ReadHeader(Stream stream, string path)
    {
        var header = NpyHeader.Parse(ReadHeaderText(stream, path), path);
        // A compressed file's length is known at its end.
        if (!stream.CanSeek)
            return header;
        var (bytes, left) = (BytesOf(header), stream.Length - stream.Position);
        return left == bytes ? header
            : throw Bad(path, $"holds {left} bytes of data where its header ({header.Type}, {header.Shape}) announces {bytes}");
    }

    private static T Read<T>(string path, Func<NpyHeader, Stream, T> read) => CompressedFile.Guard(path, "check the file", () =>
    {
        using var stream = CompressedFile.OpenRead(path);
        return read(ReadHeader(stream, path), stream);
    });

    /// <summary>What is wrong with a file and what to do.</summary>
    internal static DataException Bad(string path, string what) =>
        new($"'{path}' {what}; make it again with numpy.save of a C-ordered array of uint8, float32, int32 or int64.");

    private static string ReadHeaderText(Stream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8 || !prefix[..6].SequenceEqual(Magic))
            throw Bad(path, "is no .npy file: it does not begin with \\x93NUMPY");
        if (prefix[6] is not (1 or 2))
            throw Bad(path, $"has version {prefix[6]}.{prefix[7]} of the .npy format, expected 1.0 or 2.0");
        var size = new byte[prefix[6] == 1 ? 2 : 4];
        var whole = stream.ReadAtLeast(size, size.Length, throwOnEndOfStream: false) == size.Length;
        var length = size.Length == 2 ? BitConverter.ToUInt16(size) : BitConverter.ToUInt32(size);
        if (length > MaxHeader)
            throw Bad(path, $"announces a header of {length} bytes, expected at most {MaxHeader}");
        var text = new byte[length];
        if (!whole || stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw Bad(path, "ends inside its header");
        return Encoding.Latin1.GetString(text);
    }

    private static byte[] Header(DType type, Shape shape)
    {
        var dims = string.Concat(shape.Select(dim => dim.ToString(CultureInfo.InvariantCulture) + ", "));
        // A tuple of one needs its comma, (5,), the others must not end in one to look as NumPy writes them.
        dims = shape.Rank == 1 ? dims.TrimEnd() : dims.TrimEnd(',', ' ');
        var text = $"{{'descr': '{NpyHeader.Descriptor(type)}', 'fortran_order': False, 'shape': ({dims}), }}";
        var length = (Version1Prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment - Version1Prefix;
        text = text.PadRight(length - 1) + '\n';
        return [.. Magic, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text)];
    }
}
