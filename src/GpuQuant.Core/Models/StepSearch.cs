namespace GpuQuant.Models;

/// <summary>
/// Finds the steps on which dequantized values lie, to the bit. A quotient of two values is off from the step by its own rounding and
/// those of the values, so the floats next to it are tried as well.
/// </summary>
internal static class StepSearch
{
    private const int Neighbours = 2, MostNeighbours = 64;

    /// <summary>u scale + offset, in two roundings.</summary>
    public static float Value(byte number, float scale, float offset) => (float)(number * scale) + offset;

    /// <summary>A scale and a zero point with value = (u - zero point) scale, and the numbers u of those bits; null if none fit.</summary>
    public static (float Scale, byte ZeroPoint)? Multiples(ReadOnlySpan<float> values, int bits, Span<byte> numbers)
    {
        var (middle, greatest) = (1 << (bits - 1), 0f);
        foreach (var value in values)
            greatest = Math.Max(greatest, Math.Abs(value));
        if (greatest == 0)
        {
            numbers.Fill((byte)middle);
            return (1, (byte)middle);
        }
        for (var steps = 2 * middle - 1; steps > 0; steps--)
            foreach (var scale in Around(greatest / steps, Neighbours))
                if (ZeroPoint(values, scale, middle) is { } zeroPoint)
                {
                    for (var i = 0; i < values.Length; i++)
                        numbers[i] = (byte)(zeroPoint + Nearest(values[i], scale));
                    return (scale, (byte)zeroPoint);
                }
        return null;
    }

    /// <summary>A scale and an offset, the least value, with value = u scale + offset, and the 8-bit numbers u; null if none fit.</summary>
    public static (float Scale, float Offset)? Steps(ReadOnlySpan<float> values, Span<byte> numbers)
    {
        var (least, greatest) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
            (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
        foreach (var scale in Around((greatest - least) / 255, MostNeighbours))
            if (AreSteps(values, scale, least, numbers))
                return (scale, least);
        return null;
    }

    private static bool AreSteps(ReadOnlySpan<float> values, float scale, float offset, Span<byte> numbers)
    {
        for (var i = 0; i < values.Length; i++)
        {
            numbers[i] = (byte)Math.Clamp(Nearest(values[i] - offset, scale), 0, 255);
            if (Value(numbers[i], scale, offset) != values[i])
                return false;
        }
        return true;
    }

    /// <summary>The zero point, the middle where it can be, or null if the values are no multiples or spread too far.</summary>
    private static int? ZeroPoint(ReadOnlySpan<float> values, float scale, int middle)
    {
        var (least, greatest) = (0, 0);
        foreach (var value in values)
        {
            var number = Nearest(value, scale);
            if (number * scale != value)
                return null;
            (least, greatest) = (Math.Min(least, number), Math.Max(greatest, number));
        }
        return greatest - least >= 2 * middle ? null : least >= -middle && greatest < middle ? middle : -least;
    }

    private static int Nearest(float value, float scale) => scale > 0 ? (int)MathF.Round(Math.Clamp(value / scale, -1000, 1000)) : 0;

    private static IEnumerable<float> Around(float value, int neighbours)
    {
        yield return value;
        for (var (i, below, above) = (0, value, value); i < neighbours; i++)
        {
            yield return below = MathF.BitDecrement(below);
            yield return above = MathF.BitIncrement(above);
        }
    }
}
