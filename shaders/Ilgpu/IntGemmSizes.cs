using GpuQuant.Formulas;

namespace GpuQuant.Kernels;

/// <summary>The sizes of an integer matrix product.</summary>
/// <param name="N">Columns of the output.</param>
/// <param name="K">The dimension that is summed over.</param>
/// <param name="ZeroPoint">The zero point of A.</param>
/// <param name="HasBias">1 if there is a bias.</param>
/// <param name="HasRowZeroPoints">1 if every row of A has a zero point of its own.</param>
internal readonly record struct IntGemmSizes(int N, int K, int ZeroPoint, int HasBias, int HasRowZeroPoints);
