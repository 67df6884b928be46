using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The sum of squares in two fixed steps, blocks in eight lanes of double and then the blocks in order: the result does not depend on the
/// threads or on the processor's vectors.
/// </summary>
internal static unsafe class SquareSum
{
    private const int BlockElements = 16384, Width = 8;

    /// <summary>The number of blocks.</summary>
    public static int Blocks(int count) => (count + BlockElements - 1) / BlockElements;

    /// <summary>Room for one partial sum per block.</summary>
    public static long WorkspaceBytes(int count) => sizeof(double) * (long)Blocks(count);

    /// <summary>The sum of one block.</summary>
    public static double Block(float* values, int count, int block)
    {
        var lanes = Vector512<double>.Zero;
        var end = Math.Min(count, (block + 1) * BlockElements);
        var i = block * BlockElements;
        for (; i + Width <= end; i += Width)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(values + i));
            var value = Vector512.Create(low, high);
            lanes += value * value;
        }
        var sum = 0.0;
        for (var lane = 0; lane < Width; lane++)
            sum += lanes[lane];
        for (; i < end; i++)
            sum += (double)values[i] * values[i];
        return sum;
    }
}
