namespace GpuQuant.Backends.Tests.Reference;

public static class QuantizeReference
{
    /// <summary>The quotient is a float32, correctly rounded, and so is its sum before truncation; all that follows is exact.</summary>
    public static int[] Compute(float[] input, float scale, int zeroPoint, Rounding rounding, int minimum, int maximum) =>
        [.. input.Select(x => rounding == Rounding.TruncateAndWrap
            ? (byte)(long)(x / scale + (zeroPoint - Math.Min(minimum, 0))) + Math.Min(minimum, 0)
            : (int)Math.Clamp(Round(x / scale, rounding) + zeroPoint, minimum, maximum))];

    private static double Round(double steps, Rounding rounding) =>
        Math.Round(steps, rounding == Rounding.HalfEven ? MidpointRounding.ToEven : MidpointRounding.AwayFromZero);
}
