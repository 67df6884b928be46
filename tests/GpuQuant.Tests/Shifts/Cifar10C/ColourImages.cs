using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>Small sets of colour images for the tests of CIFAR-10-C's shifts.</summary>
internal static class ColourImages
{
    /// <summary>One image: red, green, blue of each pixel, row by row.</summary>
    public static ImageDataset One(int height, int width, params byte[] pixels) => new("one", pixels, [0], new Shape(height, width, 3), 10);

    /// <summary>Images of a single grey.</summary>
    public static ImageDataset Grey(int count, int height, int width, byte value) =>
        new("grey", [.. Enumerable.Repeat(value, count * height * width * 3)], new byte[count], new Shape(height, width, 3), 10);

    /// <summary>Equal images of 32 x 32 with slopes and edges: 20 + (5 row + 3 column + 60 channel) mod 200.</summary>
    public static ImageDataset Slopes(int count)
    {
        var image = Enumerable.Range(0, 32 * 32 * 3)
            .Select(i => (byte)(20 + (5 * (i / 96) + 3 * (i / 3 % 32) + 60 * (i % 3)) % 200)).ToArray();
        return new("slopes", [.. Enumerable.Repeat(image, count).SelectMany(copy => copy)], new byte[count], new Shape(32, 32, 3), 10);
    }
}
