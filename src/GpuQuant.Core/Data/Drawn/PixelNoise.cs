using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>Turns drawn pictures into bytes, with a camera's noise.</summary>
internal static class PixelNoise
{
    // The sum of the four bytes of a random word is close to normal: mean 510, variance 4 (256^2 - 1) / 12.
    private const double ByteSumMean = 510, ByteSumDeviation = 147.80054127;

    /// <summary>Adds noise of this standard deviation (1 is the whole range) to every value and rounds to red, green, blue bytes.</summary>
    public static void Write(ref RandomStream random, ReadOnlySpan<Rgb> pixels, double deviation, Span<byte> destination)
    {
        var scale = deviation / ByteSumDeviation;
        for (var i = 0; i < destination.Length; i++)
        {
            var word = random.NextUInt32();
            var sum = (word & 255) + ((word >> 8) & 255) + ((word >> 16) & 255) + (word >> 24);
            var pixel = pixels[i / 3];
            var value = (i % 3) switch { 0 => pixel.Red, 1 => pixel.Green, _ => pixel.Blue };
            destination[i] = (byte)Math.Round(255 * Math.Clamp(value + scale * (sum - ByteSumMean), 0, 1));
        }
    }
}
