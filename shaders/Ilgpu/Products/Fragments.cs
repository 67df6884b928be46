using System.Runtime.CompilerServices;

namespace GpuQuant.Kernels;

/// <summary>
/// Where the elements of int8 matrices lie: in shared memory, and among the lanes of a warp that multiplies them (PTX ISA, "Matrix
/// Fragments for mma.m16n8k32"). A word is four neighbours along the depth; 16 bytes are a chunk.
/// </summary>
internal static class Fragments
{
    /// <summary>Chunks of a row of a panel: 64 bytes.</summary>
    public const int Chunks = 4;

    /// <summary>
    /// The place of a chunk in a panel. The eight rows that a lane's load reads at once begin in different banks: two rows fill all 32, so
    /// every second row has its chunks in another order.
    /// </summary>
    /// <example>Rows 0, 2, 4, 6 have their first chunk at 0, 9, 18, 27: banks 0, 4, 8, 12; rows 1, 3, 5, 7 have it in banks 16 to 28.</example>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Place(int row, int chunk) => row * Chunks + (chunk ^ ((row >> 1) & 3));

    /// <summary>The row that a lane names when 16 rows of the left operand are loaded: all first chunks, then all second ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LeftRow(int lane) => lane & 15;

    /// <summary>The chunk that it names, of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LeftChunk(int lane) => lane >> 4;

    /// <summary>
    /// The column that a lane names when 16 columns of the right operand are loaded: both chunks of the first eight, then of the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RightColumn(int lane) => (lane & 7) + ((lane >> 4) << 3);

    /// <summary>The chunk that it names, of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RightChunk(int lane) => (lane >> 3) & 1;

    /// <summary>The row of the sums X and Y of a lane in a tile of 16 x 8; Z and W belong to the row eight further down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SumRow(int lane) => lane >> 2;

    /// <summary>The column of the sums X and Z; Y and W belong to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SumColumn(int lane) => (lane & 3) << 1;

    /// <summary>Where the sum of a row and column of a tile stands, if the lanes put down their four sums one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SumPlace(int row, int column) => ((row & 7) * 4 + (column >> 1)) * 4 + (row >> 3) * 2 + (column & 1);

    /// <summary>
    /// The lane that holds a word of a row or column of an operand, of eight: words 0 to 3, then 4 to 7 in further registers; the left
    /// operand has its rows from 8 on in between.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LaneOf(int line, int word) => ((line & 7) << 2) + (word & 3);
}
