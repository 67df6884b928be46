using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Sums over rows in two fixed steps, blocks of rows and then the blocks in order: the result does not depend on the threads. A block
/// is added up in float32, the blocks in double.
/// </summary>
internal static unsafe class RowReduction
{
    private const int BlockElements = 16384, LeastRows = 16;

    /// <summary>Rows of a block: few enough for the cache.</summary>
    public static int BlockRows(int columns) => Math.Max(LeastRows, BlockElements / columns);

    /// <summary>The number of blocks.</summary>
    public static int Blocks(int rows, int columns) => (rows + BlockRows(columns) - 1) / BlockRows(columns);

    /// <summary>The rows of a block.</summary>
    public static (int First, int Count) Rows(int block, int rows, int columns)
    {
        var first = block * BlockRows(columns);
        return (first, Math.Min(rows - first, BlockRows(columns)));
    }

    /// <summary>Room for one partial sum per block and column.</summary>
    public static long WorkspaceBytes(int rows, int columns) => sizeof(double) * (long)Blocks(rows, columns) * columns;

    /// <summary>Writes the sums of a block's columns.</summary>
    [SkipLocalsInit]
    public static void Block(float* rows, int count, int columns, double* sums)
    {
        var lanesOfSums = stackalloc float[ChannelLanes.MostLanes];
        for (var first = 0; first < columns; first += ChannelLanes.MostLanes)
        {
            var lanes = new ChannelLanes(Math.Min(ChannelLanes.MostLanes, columns - first));
            new Span<float>(lanesOfSums, lanes.Count).Clear();
            lanes.Rows(new SumMap(rows + first, lanesOfSums), count, columns);
            lanes.Fold(lanesOfSums, sums + first);
        }
    }

    /// <summary>Adds the blocks' sums to the first block's.</summary>
    public static void Merge(double* sums, int blocks, int columns)
    {
        for (var block = 1; block < blocks; block++)
            for (var c = 0; c < columns; c++)
                sums[c] += sums[(long)block * columns + c];
    }
}

/// <summary>sums[lane] += x[i].</summary>
internal readonly unsafe struct SumMap(float* x, float* sums) : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane) => (Vector512.Load(sums + lane) + Vector512.Load(x + i)).Store(sums + lane);

    public void Single(int i, int lane) => sums[lane] += x[i];
}
