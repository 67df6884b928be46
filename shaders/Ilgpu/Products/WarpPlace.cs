using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Where a lane of a warp finds its part of the panels; the warps of a group stand two below each other.</summary>
/// <param name="LeftLine">The line of the panels that holds its row of the left operand.</param>
/// <param name="RightLine">The line that holds its column of the right one, behind the left one's.</param>
/// <param name="Sums">Where its sums go.</param>
internal readonly record struct WarpPlace(int LeftLine, int RightLine, int Sums)
{
    /// <summary>The place of this thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WarpPlace Of(MatrixBlockSize size)
    {
        var (warp, lane) = (Group.IdxX >> 5, Group.IdxX & 31);
        return new(
            (warp & 1) * size.RowTiles * 16 + Fragments.LeftRow(lane), size.Rows + (warp >> 1) * 32 + Fragments.RightColumn(lane),
            warp * 256 + lane);
    }

    /// <summary>The chunk of the left operand that the lane names, for one half of the panels' depth; 16 rows on, it is 64 chunks on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Left(int half) => Fragments.Place(LeftLine, half * 2 + Fragments.LeftChunk(Group.IdxX & 31));

    /// <summary>The chunk of the right operand, so many columns on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Right(int columns, int half) => Fragments.Place(RightLine + columns, half * 2 + Fragments.RightChunk(Group.IdxX & 31));

    /// <summary>Where the sum of a row, of 32 of each warp, and a column stands after all warps have put down theirs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SumAt(int row, int column)
    {
        var warp = (row >> 5) + (column >> 5) * 2;
        var tile = ((row >> 4) & 1) * 4 + ((column >> 3) & 3);
        return ((warp * 8 + tile) * 32 * 4) + Fragments.SumPlace(row & 15, column & 7);
    }
}
