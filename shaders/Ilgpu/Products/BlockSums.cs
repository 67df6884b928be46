using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>The sums of one thread: up to 2 x 2 squares of 4 x 4, half a block apart, of which a block may leave out some.</summary>
internal struct BlockSums<T> where T : unmanaged
{
    private Quad<T> _topLeft, _topRight, _bottomLeft, _bottomRight;

    /// <summary>The sums with the products at one depth of the panels, which begin at the thread's first row and column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly BlockSums<T> Step<TMath, TBlock>(ArrayView<Row4<T>> left, ArrayView<Row4<T>> right, int depth)
        where TMath : struct, IMultiplyAdd<T> where TBlock : struct, IBlock
    {
        var size = default(TBlock).Size;
        var result = this;
        var (atLeft, atRight) = (depth * size.LeftPitch, depth * size.RightPitch);
        var (top, beside) = (left[atLeft], right[atRight]);
        var beyond = size.ColumnQuads == 2 ? right[atRight + size.Columns / 8] : default;
        result._topLeft = Quad<T>.Add<TMath>(_topLeft, top, beside);
        if (size.ColumnQuads == 2)
            result._topRight = Quad<T>.Add<TMath>(_topRight, top, beyond);
        if (size.RowQuads == 2)
        {
            var bottom = left[atLeft + size.Rows / 8];
            result._bottomLeft = Quad<T>.Add<TMath>(_bottomLeft, bottom, beside);
            if (size.ColumnQuads == 2)
                result._bottomRight = Quad<T>.Add<TMath>(_bottomRight, bottom, beyond);
        }
        return result;
    }

    /// <summary>Hands the sums to the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TBlock, TOutput>(TOutput output, int row, int column)
        where TBlock : struct, IBlock where TOutput : struct, IProductOutput<T>
    {
        var size = default(TBlock).Size;
        Store(output, row, column, _topLeft);
        if (size.ColumnQuads == 2)
            Store(output, row, column + size.Columns / 2, _topRight);
        if (size.RowQuads == 2)
        {
            Store(output, row + size.Rows / 2, column, _bottomLeft);
            if (size.ColumnQuads == 2)
                Store(output, row + size.Rows / 2, column + size.Columns / 2, _bottomRight);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TOutput>(TOutput output, int row, int column, Quad<T> quad) where TOutput : struct, IProductOutput<T>
    {
        output.Store(row, column, quad.Row0);
        output.Store(row + 1, column, quad.Row1);
        output.Store(row + 2, column, quad.Row2);
        output.Store(row + 3, column, quad.Row3);
    }
}
