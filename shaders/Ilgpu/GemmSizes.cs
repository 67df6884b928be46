using GpuQuant.Backends;
using GpuQuant.Formulas;

namespace GpuQuant.Kernels;

/// <summary>The sizes of a matrix product; strides carry the transposes.</summary>
/// <param name="N">Columns of C.</param>
/// <param name="K">The dimension that is summed over.</param>
/// <param name="RowA">Elements between rows of op(A).</param>
/// <param name="StepA">Elements between columns of op(A).</param>
/// <param name="StepB">Elements between rows of op(B).</param>
/// <param name="ColumnB">Elements between columns of op(B).</param>
/// <param name="HasBias">1 if there is a bias.</param>
/// <param name="Activation">Applied to every element of C.</param>
internal readonly record struct GemmSizes(int N, int K, int RowA, int StepA, int StepB, int ColumnB, int HasBias, Activation Activation);
