using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>A product of int8 matrices but for its left operand.</summary>
/// <param name="Weights">The right operand: columns x depth.</param>
/// <param name="Bias">Columns values, or null.</param>
/// <param name="Output">Rows x columns.</param>
/// <param name="Requantization">How sums become outputs, or null for int32.</param>
/// <param name="Rows">Rows of the left operand.</param>
/// <param name="Depth">What is summed over.</param>
/// <param name="ZeroPoints">Those of the left operand.</param>
internal sealed record IntProduct(
    TensorView Weights, TensorView? Bias, TensorView Output, Requantization? Requantization, int Rows, int Depth, RowZeroPoints ZeroPoints)
{
    /// <summary>Columns of the product.</summary>
    public int Columns => Weights.Shape[0];
}
