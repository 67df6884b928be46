using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// The product of two matrices by groups of threads, each of which computes one block of it: panels of both operands pass through shared
/// memory, two of each, so that the next step's are on their way while this one's are multiplied; the sums stay in registers.
/// </summary>
/// <remarks>
/// <para>
/// Every sum is taken in the order of the depth, one multiply-add after the other, whatever the block: all blocks give the same bits.
/// Panels have four lines more than the block, so that neither reading nor writing them makes lanes of a warp meet in one bank.
/// </para>
/// <para>
/// A product of m x n x k does 2 m n k operations and, with blocks of R x C, reads 4 m n k (1 / R + 1 / C) bytes beside the 4 m n that it
/// writes: 32 operations for each byte with 128 x 128, so that arithmetic bounds it, not memory. ptxas 11.8 gives the large block 117
/// registers and 16.5 KiB of shared memory on sm_80, two groups and thus 16 warps for each multiprocessor; 128 of the 144
/// instructions of the inner loop are FFMA. The loop takes two steps, no more: ILGPU orders code that is laid out flat by results, not by
/// time, and ptxas then needs registers for the operands of all steps.
/// </para>
/// </remarks>
internal static class ProductKernel
{
    /// <summary>Grid: blocks of rows, blocks of columns, chunks of the depth.</summary>
    public static void Multiply<T, TMath, TBlock, TLeft, TRight, TOutput>(TLeft left, TRight right, TOutput output, int depth, int chunk)
        where T : unmanaged
        where TMath : struct, IMultiplyAdd<T>
        where TBlock : struct, IBlock
        where TLeft : struct, IPanelLoader<T>
        where TRight : struct, IPanelLoader<T>
        where TOutput : struct, IProductOutput<T>
    {
        var size = default(TBlock).Size;
        var leftPanels = SharedMemory.Allocate<Row4<T>>(2 * size.Depth * size.LeftPitch);
        var rightPanels = SharedMemory.Allocate<Row4<T>>(2 * size.Depth * size.RightPitch);
        var leftPlace = PanelPlace.Of(size.Rows, size.Depth, left.IsAlongDepth, Grid.IdxX * size.Rows);
        var rightPlace = PanelPlace.Of(size.Columns, size.Depth, right.IsAlongDepth, Grid.IdxY * size.Columns);
        var (down, across) = (Group.IdxX / size.Across, Group.IdxX % size.Across);
        var start = Grid.IdxZ * chunk;
        var end = start + chunk < depth ? start + chunk : depth;

        var sums = default(BlockSums<T>);
        var nextLeft = left.Load(leftPlace.Line, start + leftPlace.Depth);
        var nextRight = right.Load(rightPlace.Line, start + rightPlace.Depth);
        var panel = 0;
        for (var k = start; k < end; k += size.Depth)
        {
            leftPlace.Store(leftPanels, panel, size.LeftPitch, nextLeft);
            rightPlace.Store(rightPanels, panel, size.RightPitch, nextRight);
            Group.Barrier();
            if (k + size.Depth < end)
            {
                nextLeft = left.Load(leftPlace.Line, k + size.Depth + leftPlace.Depth);
                nextRight = right.Load(rightPlace.Line, k + size.Depth + rightPlace.Depth);
            }
            for (var step = panel; step < panel + size.Depth; step += 2)
            {
                var leftStep = leftPanels.SubView(step * size.LeftPitch + down);
                var rightStep = rightPanels.SubView(step * size.RightPitch + across);
                sums = sums.Step<TMath, TBlock>(leftStep, rightStep, 0);
                sums = sums.Step<TMath, TBlock>(leftStep, rightStep, 1);
            }
            panel = size.Depth - panel;
        }
        sums.Store<TBlock, TOutput>(output, Grid.IdxX * size.Rows + down * 4, Grid.IdxY * size.Columns + across * 4);
    }
}
