using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Integer products and convolutions for one set of instructions: the weights are packed, then every block of output rows
/// fills its strip and goes through the panels.
/// </summary>
internal sealed unsafe class IntProduct<TKernels>(IntShape shape, IntProductCall call, byte* packed, byte* strips)
    where TKernels : struct, IIntKernels
{
    // Sums of so many rows are requantized at once: the factors are loaded once for all.
    private const int RowsAtOnce = 8 * IntTile.Rows;
    private readonly int[] _offsets = shape.Offsets();

    /// <summary>What packs the weights and runs the product.</summary>
    public ProductWork Prepare(WorkerPool pool)
    {
        PoolJob pack = (panel, _) => new IntPanels(shape, call).Pack(panel, Panel(panel)), run = RunBlock;
        return new(() => pool.Run(shape.Panels, pack), () => pool.Run(shape.Images * shape.Blocks, run));
    }

    private byte* Panel(int panel) => packed + panel * shape.PanelBytes;

    private void RunBlock(int part, int worker)
    {
        var (image, block) = Math.DivRem(part, shape.Blocks);
        var first = block * shape.Rows;
        var rows = Math.Min(shape.Rows, shape.Window.OutHeight - first);
        var strip = strips + worker * shape.StripBytes;
        var input = call.Input + (long)image * shape.Window.Height * shape.Window.Width * shape.Channels;
        var row = image * shape.Window.OutHeight + first;
        // A product's rows have zero points of their own; they are one image here, and its border is empty.
        if (RowsPerZeroPoint > 1 || call.RowZeroPoints == null || shape.ElementBytes == 1)
            IntStrip.Fill(shape, input, first, rows, ZeroPointOf(row), strip);
        else
            for (var i = 0; i < rows; i++)
                IntStrip.Fill(shape, input, first + i, 1, ZeroPointOf(row + i), strip + i * shape.LineBytes);
        for (var panel = 0; panel < shape.Panels; panel++)
            RunPanel(panel, row, rows, strip);
    }

    private void RunPanel(int panel, int row, int rows, byte* strip)
    {
        var sums = stackalloc int[RowsAtOnce * IntTile.Lanes];
        var lanes = new IntLanes((int*)Panel(panel));
        var weights = Panel(panel) + IntLanes.Bytes;
        var groups = shape.Window.OutWidth / shape.Group;
        var (count, pixels) = (Math.Min(IntTile.Lanes, shape.Columns - panel * IntTile.Lanes), rows * groups);
        var first = (long)row * groups * shape.Columns + panel * IntTile.Lanes;
        fixed (int* offsets = _offsets)
            for (var i = 0; i < pixels; i += RowsAtOnce)
            {
                var end = Math.Min(pixels, i + RowsAtOnce);
                Multiply(strip, offsets + i, weights, lanes.Start, end - i, sums);
                if (shape.ElementBytes == 1 && call.RowZeroPoints != null)
                    TakeOffZeroPoints(sums, lanes.WeightSums, row, i, end, groups);
                Store(sums, lanes, first + (long)i * shape.Columns, end - i, count);
            }
    }

    private void Multiply(byte* strip, int* offsets, byte* weights, int* start, int pixels, int* sums)
    {
        for (var run = 0; run < shape.Runs.Count; run += shape.RunsAtOnce)
        {
            var runs = shape.Runs with { Count = Math.Min(shape.RunsAtOnce, shape.Runs.Count - run) };
            for (var tile = 0; tile < pixels; tile += IntTile.Rows)
            {
                var target = sums + tile * IntTile.Lanes;
                TKernels.Multiply(strip, offsets + tile, weights, runs, run == 0 ? start : target, run == 0 ? 0 : IntTile.Lanes, target);
            }
            strip += runs.Count * runs.LineBytes;
            weights += (long)runs.Count * runs.Bytes / IntTile.StepBytes * 64;
        }
    }

    private void Store(int* sums, in IntLanes lanes, long index, int rows, int count)
    {
        if (call.Sums == null)
            TKernels.Requantize(sums, lanes, call.Clamp, call.Bytes + index, shape.Columns, rows, count);
        else
            for (var r = 0; r < rows; r++)
                new Span<int>(sums + r * IntTile.Lanes, count).CopyTo(new Span<int>(call.Sums + index + (long)r * shape.Columns, count));
    }

    private void TakeOffZeroPoints(int* sums, int* weightSums, int row, int pixel, int end, int groups)
    {
        for (; pixel < end; pixel++, sums += IntTile.Lanes)
        {
            var zeroPoint = ZeroPointOf(row + pixel / groups);
            for (var n = 0; n < IntTile.Lanes; n += 8)
                (Vector256.Load(sums + n) - zeroPoint * Vector256.Load(weightSums + n)).Store(sums + n);
        }
    }

    /// <summary>The zero point of an output row, counted over all images.</summary>
    private int ZeroPointOf(int row) => call.RowZeroPoints == null ? call.ZeroPoint : call.RowZeroPoints[row / RowsPerZeroPoint];

    /// <summary>A product has a zero point for each of its rows, a convolution one for each image.</summary>
    private int RowsPerZeroPoint => call.IsProduct ? 1 : shape.Window.OutHeight;
}
