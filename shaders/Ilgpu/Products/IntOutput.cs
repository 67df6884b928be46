using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// Exact sums of int8 products, taken as if the zero point were 0: it is made up for by the sums of the weights, the bias is added, and the
/// result is requantized or given as it is.
/// </summary>
/// <param name="Sums">The output if it is int32.</param>
/// <param name="Bytes">The output if it is requantized.</param>
/// <param name="Weights">The sum of each column's weights.</param>
/// <param name="Bias">Columns values.</param>
/// <param name="Multipliers">Those of the requantization.</param>
/// <param name="Shifts">Those of the requantization.</param>
/// <param name="ZeroPoints">The zero points of the rows.</param>
/// <param name="Rows">Rows of the product.</param>
/// <param name="Columns">Columns of the product.</param>
/// <param name="HasBias">1 if there is a bias.</param>
/// <param name="IsRequantized">1 if the output are bytes.</param>
/// <param name="Requantize">How sums become bytes.</param>
internal readonly record struct IntOutput(
    ArrayView<int> Sums, ArrayView<byte> Bytes, ArrayView<int> Weights, ArrayView<int> Bias, ArrayView<int> Multipliers,
    ArrayView<int> Shifts, RowZeroPoints ZeroPoints, int Rows, int Columns, int HasBias, int IsRequantized, RequantizeSizes Requantize)
    : IProductOutput<int>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, int column, Row4<int> sums)
    {
        if (row >= Rows || column >= Columns)
            return;
        var (at, count) = (row * Columns + column, Columns - column);
        var zeroPoint = ZeroPoints.Of(row);
        Put(at, column, sums.X, zeroPoint);
        if (count > 1)
            Put(at + 1, column + 1, sums.Y, zeroPoint);
        if (count > 2)
            Put(at + 2, column + 2, sums.Z, zeroPoint);
        if (count > 3)
            Put(at + 3, column + 3, sums.W, zeroPoint);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(int at, int column, int sum, int zeroPoint)
    {
        sum -= zeroPoint * Weights[column];
        if (HasBias != 0)
            sum += Bias[column];
        if (IsRequantized != 0)
            Bytes[at] = Requantize.Apply(sum, column, Multipliers, Shifts);
        else
            Sums[at] = sum;
    }
}
