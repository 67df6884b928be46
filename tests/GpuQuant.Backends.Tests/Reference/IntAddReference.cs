using System.Numerics;

namespace GpuQuant.Backends.Tests.Reference;

/// <summary>TFLite's quantized ADD (AddElementwise) over unbounded integers.</summary>
public static class IntAddReference
{
    public static sbyte[] Compute(sbyte[] left, sbyte[] right, IntAddFactors f) => [.. left.Zip(right, (x, y) =>
    {
        var sum = RequantizeReference.Multiply((x - f.LeftZeroPoint) * (1 << 20), f.LeftMultiplier, f.LeftShift)
            + RequantizeReference.Multiply((y - f.RightZeroPoint) * (1 << 20), f.RightMultiplier, f.RightShift);
        var scaled = RequantizeReference.Multiply(sum, f.OutputMultiplier, f.OutputShift) + f.OutputZeroPoint;
        return (sbyte)BigInteger.Clamp(scaled, f.Minimum, f.Maximum);
    })];
}
