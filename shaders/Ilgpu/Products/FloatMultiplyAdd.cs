using System.Runtime.CompilerServices;

namespace GpuQuant.Kernels;

/// <summary>float32, fused where the device fuses.</summary>
internal readonly struct FloatMultiplyAdd : IMultiplyAdd<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MultiplyAdd(float a, float b, float sum) => a * b + sum;
}
