using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>clamp((sum + bias) * scale + shift + residual) for float32 sums; bias, scale and shift belong to columns.</summary>
/// <param name="Values">The output, rows of <paramref name="Columns"/> values; one such matrix after the other for each chunk of the depth.</param>
/// <param name="Bias">Columns values.</param>
/// <param name="Scale">Columns values.</param>
/// <param name="Shift">Columns values.</param>
/// <param name="Residual">As the output.</param>
/// <param name="Rows">Rows of the product.</param>
/// <param name="Columns">Columns of the product.</param>
/// <param name="Steps">What there is of all that.</param>
internal readonly record struct FloatOutput(
    ArrayView<float> Values, ArrayView<float> Bias, ArrayView<float> Scale, ArrayView<float> Shift, ArrayView<float> Residual,
    int Rows, int Columns, FloatOutputSteps Steps)
    : IProductOutput<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, int column, Row4<float> sums)
    {
        if (row >= Rows || column >= Columns)
            return;
        var (at, count) = (row * Columns + column, Columns - column);
        if (Steps.HasBias != 0)
            sums = Add(sums, Neighbours.Load(Bias, column, count, Steps.IsAligned));
        if (Steps.HasScale != 0)
            sums = Multiply(sums, Neighbours.Load(Scale, column, count, Steps.IsAligned));
        if (Steps.HasShift != 0)
            sums = Add(sums, Neighbours.Load(Shift, column, count, Steps.IsAligned));
        if (Steps.HasResidual != 0)
            sums = Add(sums, Neighbours.Load(Residual, at, count, Steps.IsAligned));
        var result = new Row4<float>(Steps.Clamp(sums.X), Steps.Clamp(sums.Y), Steps.Clamp(sums.Z), Steps.Clamp(sums.W));
        Neighbours.Store(Values, Grid.IdxZ * Rows * Columns + at, count, Steps.IsAligned, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Row4<float> Add(Row4<float> a, Row4<float> b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Row4<float> Multiply(Row4<float> a, Row4<float> b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);
}
