using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>A position's channels times their factors.</summary>
internal static unsafe class ChannelFactors
{
    private const int Lanes = 16;

    /// <summary>y = x f.</summary>
    public static void Scale(float* x, float* factors, float* y, int count)
    {
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
            (Vector512.Load(x + i) * Vector512.Load(factors + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = x[i] * factors[i];
    }
}
