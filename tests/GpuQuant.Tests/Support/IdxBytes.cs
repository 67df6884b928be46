using System.Buffers.Binary;
using System.IO.Compression;

namespace GpuQuant.Tests.Support;

/// <summary>Makes IDX files, right and wrong ones.</summary>
internal static class IdxBytes
{
    /// <summary>Magic 0x800 + rank, the dimensions, then the content.</summary>
    public static byte[] Make(int[] dims, params byte[] content) => Make(0x800 + dims.Length, dims, content);

    public static byte[] Make(int magic, int[] dims, params byte[] content) =>
        [.. BigEndian(magic), .. dims.SelectMany(BigEndian), .. content];

    public static byte[] Gzip(byte[] plain) => Compress(plain, stream => new GZipStream(stream, CompressionLevel.Fastest));

    public static byte[] Brotli(byte[] plain) => Compress(plain, stream => new BrotliStream(stream, CompressionLevel.Fastest));

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> wrap)
    {
        using var memory = new MemoryStream();
        using (var stream = wrap(memory))
            stream.Write(plain);
        return memory.ToArray();
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
