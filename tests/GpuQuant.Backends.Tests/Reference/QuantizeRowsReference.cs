namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One row. The arithmetic is float32 operation by operation, so every bit is defined.</summary>
public sealed record QuantizeRowsReference(sbyte[] Output, float Scale, int ZeroPoint)
{
    public static QuantizeRowsReference Compute(float[] row)
    {
        var (lo, hi) = (Math.Min(0, row.Min()), Math.Max(0, row.Max()));
        if (lo == 0 && hi == 0)
            return new(new sbyte[row.Length], 1, 0);
        var scale = (hi - lo) / 255;
        var exact = Math.Abs(lo) < Math.Abs(hi) ? -128 - lo / scale : 127 - hi / scale;
        var zeroPoint = (int)Math.Clamp(Round(exact), -128, 127);
        var inverse = 1 / scale;
        return new([.. row.Select(x => (sbyte)Math.Clamp(Round(x * inverse) + zeroPoint, -128, 127))], scale, zeroPoint);
    }

    private static double Round(float x) => Math.Round((double)x, MidpointRounding.AwayFromZero);
}
