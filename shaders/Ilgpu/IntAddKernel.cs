using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Addition of int8 tensors; one thread per output.</summary>
internal static class IntAddKernel
{
    public static void Add(Index1D i, ArrayView<sbyte> left, ArrayView<sbyte> right, ArrayView<sbyte> y, IntAddFactors factors) =>
        y[i] = (sbyte)IntAddFormula.Add(left[i], right[i], factors);
}
