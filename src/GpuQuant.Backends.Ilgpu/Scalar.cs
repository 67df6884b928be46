using ILGPU.Algorithms;

namespace GpuQuant.Formulas;

/// <summary>The scalar functions that kernels and the shared formulas call, here as ILGPU compiles them.</summary>
internal static class Scalar
{
    public static float Exp(float x) => XMath.Exp(x);

    public static float Log(float x) => XMath.Log(x);

    /// <remarks>
    /// Not XMath's: on NVIDIA that is an approximation of 11 bits. For small x, 1 - e^-2x would cancel; there the series of tanh is exact
    /// to a float. e^-2|x| never overflows.
    /// </remarks>
    public static float Tanh(float x)
    {
        var magnitude = Abs(x);
        if (magnitude < 0.25f)
        {
            var s = x * x;
            return x * (1 + s * (-1 / 3f + s * (2 / 15f + s * (-17 / 315f + s * (62 / 2835f)))));
        }
        var e = Exp(-2 * magnitude);
        var y = (1 - e) / (1 + e);
        return x < 0 ? -y : y;
    }

    public static float Sqrt(float x) => XMath.Sqrt(x);

    /// <remarks>By way of integers, two instructions; from 2^23 on every float is whole. XMath takes bits apart instead.</remarks>
    public static float Truncate(float x) => Abs(x) < 8388608 ? (int)x : x;

    public static float Abs(float x) => XMath.Abs(x);

    public static bool IsNaN(float x) => XMath.IsNaN(x);
}
