using System.Globalization;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// NumPy's file format .npy, version 1.0 (read also 2.0), for arrays of bytes, 32-bit floats and 32- and 64-bit integers in C order:
/// the format in which MNIST-C and CIFAR-10-C are published.
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
    public static void Write(string path, Tensor tensor)
    {
        var header = Header(tensor);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            stream.Write(tensor.Bytes);
        });
    }

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="DataException">
    /// The file is missing, no .npy file, of an element type or order that is not supported, or not as long as its header says.
    /// </exception>
    public static Tensor Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read: {error.Message.TrimEnd('.')}; check the path.", error);
        }
    }

    /// <summary>Reads a file's content from a stream that knows its length; the name is for errors.</summary>
    internal static Tensor Read(Stream content, string path)
    {
        var header = NpyHeader.Parse(ReadHeaderText(content, path), path);
        var (bytes, left) = (header.Shape.Count * header.Type.Size(), content.Length - content.Position);
        if (left != bytes)
            throw Bad(path, $"holds {left} bytes of data where its header ({header.Type}, {header.Shape}) announces {bytes}");
        if (bytes > Array.MaxLength)
            throw Bad(path, $"holds {bytes} bytes, more than {Array.MaxLength}");
        var tensor = new Tensor(header.Type, header.Shape);
        content.ReadExactly(tensor.Bytes);
        return tensor;
    }

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

    private static byte[] Header(Tensor tensor)
    {
        var dims = string.Concat(tensor.Shape.Select(dim => dim.ToString(CultureInfo.InvariantCulture) + ", "));
        // A tuple of one needs its comma, (5,), the others must not end in one to look as NumPy writes them.
        dims = tensor.Shape.Rank == 1 ? dims.TrimEnd() : dims.TrimEnd(',', ' ');
        var text = $"{{'descr': '{NpyHeader.Descriptor(tensor.Type)}', 'fortran_order': False, 'shape': ({dims}), }}";
        var length = (Version1Prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment - Version1Prefix;
        text = text.PadRight(length - 1) + '\n';
        return [.. Magic, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text)];
    }
}
