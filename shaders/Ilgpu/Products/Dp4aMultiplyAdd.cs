using System.Runtime.CompilerServices;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Kernels;

/// <summary>The inner product of four int8 numbers in each of two words, by NVIDIA's instruction for it (from sm_61).</summary>
internal readonly struct Dp4aMultiplyAdd : IMultiplyAdd<int>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int MultiplyAdd(int a, int b, int sum)
    {
        CudaAsm.Emit("dp4a.s32.s32 %0, %1, %2, %3;", out int result, a, b, sum);
        return result;
    }
}
