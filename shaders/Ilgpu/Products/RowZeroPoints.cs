using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>The zero points of an integer product's left operand.</summary>
/// <param name="Values">One for every so many rows, if there are several.</param>
/// <param name="HasSeveral">1 if there are.</param>
/// <param name="Single">The one of all rows otherwise.</param>
/// <param name="Rows">Rows that share one: the output pixels of an image.</param>
internal readonly record struct RowZeroPoints(ArrayView<int> Values, int HasSeveral, int Single, Divisor Rows)
{
    /// <summary>The zero point of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(int row)
    {
        var zeroPoint = Single;
        if (HasSeveral != 0)
            zeroPoint = Values[Rows.Divide(row)];
        return zeroPoint;
    }
}
