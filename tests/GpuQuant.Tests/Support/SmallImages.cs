using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>Small data sets made by hand.</summary>
internal static class SmallImages
{
    /// <summary>One grey picture, given row by row.</summary>
    public static ImageDataset One(int height, int width, params byte[] pixels) =>
        new("one", pixels, [0], new Shape(height, width, 1), 10);

    /// <summary>Random bytes: every grey value, no structure.</summary>
    public static ImageDataset Random(int count, int height, int width, int channels = 1, ulong seed = 1)
    {
        var random = new RandomStream(seed, RandomPurpose.Test);
        var pixels = new byte[count * height * width * channels];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.NextInt32(0, 256);
        return new ImageDataset("random", pixels, new byte[count], new Shape(height, width, channels), 10);
    }

    /// <summary>All bytes of one sample.</summary>
    public static byte[] Sample(this IDataset set, int index)
    {
        var bytes = new byte[set.SampleShape.Count * set.SampleType.Size()];
        set.Read(index, bytes);
        return bytes;
    }

    /// <summary>The bytes of the first samples, one after the other.</summary>
    public static byte[] Samples(this IDataset set, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(set.Sample)];
}
