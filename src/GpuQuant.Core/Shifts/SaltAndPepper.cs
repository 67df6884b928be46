using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>Impulse noise: some elements become white or black with equal odds, the others stay as they are.</summary>
/// <remarks>
/// Draws for every element, in order, a uniform number (hit or not) and a bit (salt or pepper), so an element that is hit at one
/// severity is hit in the same colour at every higher one.
/// </remarks>
/// <example>Of 784 elements about 133 are hit with odds of 0.17, of them 67 become 255.</example>
public static class SaltAndPepper
{
    /// <summary>Applies the noise.</summary>
    /// <param name="image">The elements, each pixel's channels for themselves.</param>
    /// <param name="odds">The probability that an element is hit, 0 to 1.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="result">As many bytes.</param>
    public static void Apply(ReadOnlySpan<byte> image, double odds, ref RandomStream random, Span<byte> result)
    {
        for (var i = 0; i < image.Length; i++)
        {
            var hit = random.NextDouble() < odds;
            var salt = random.NextBool();
            result[i] = !hit ? image[i] : salt ? byte.MaxValue : byte.MinValue;
        }
    }
}
