namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    private const int RangeChunk = 16384, RowChunk = 1024;

    public Action Prepare(ReduceRowsCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var partials = Scratch<double>(call);
        var (rows, columns, accumulate) = (call.Rows, call.Columns, call.Accumulate);
        var blocks = RowReduction.Blocks(rows, columns);
        PoolJob sumBlock = (block, _) =>
        {
            var (first, count) = RowReduction.Rows(block, rows, columns);
            RowReduction.Block(x + (long)first * columns, count, columns, partials + (long)block * columns);
        };
        return () =>
        {
            pool.Run(blocks, sumBlock);
            RowReduction.Merge(partials, blocks, columns);
            for (var c = 0; c < columns; c++)
                y[c] = (float)((accumulate ? y[c] : 0) + partials[c]);
        };
    }

    public Action Prepare(MinMaxCall call)
    {
        var x = At<float>(call.Input);
        var range = At<float>(call.Range);
        var partials = Scratch<float>(call);
        var count = call.Input.Count;
        var chunks = RangeChunks(count);
        PoolJob chunkRange = (chunk, _) =>
        {
            var first = chunk * RangeChunk;
            (partials[2 * chunk], partials[2 * chunk + 1]) =
                Ranges.Widen(x + first, Math.Min(RangeChunk, count - first), float.PositiveInfinity, float.NegativeInfinity);
        };
        return () =>
        {
            pool.Run(chunks, chunkRange);
            for (var chunk = 0; chunk < chunks; chunk++)
                (range[0], range[1]) = (MathF.Min(range[0], partials[2 * chunk]), MathF.Max(range[1], partials[2 * chunk + 1]));
        };
    }

    public Action Prepare(SoftmaxCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var columns = call.Input.Shape[^1];
        return PrepareRows(call.Input.Count / columns, columns, (begin, end) =>
        {
            for (var r = begin; r < end; r++)
                SoftmaxRows.Forward(x + (long)r * columns, y + (long)r * columns, columns);
        });
    }

    public Action Prepare(SoftmaxBackwardCall call)
    {
        var y = At<float>(call.Output);
        var dy = At<float>(call.OutputGradient);
        var dx = At<float>(call.InputGradient);
        var columns = call.Output.Shape[^1];
        return PrepareRows(call.Output.Count / columns, columns, (begin, end) =>
        {
            for (var i = (long)begin * columns; i < (long)end * columns; i += columns)
                SoftmaxRows.Backward(y + i, dy + i, dx + i, columns);
        });
    }

    public Action Prepare(SoftmaxCrossEntropyCall call) =>
        Losses(call.Logits, call.Targets, call.Statistics, call.LogitsGradient, &SoftmaxRows.CrossEntropy);

    public Action Prepare(BinaryCrossEntropyCall call) =>
        Losses(call.Logits, call.Targets, call.Statistics, call.LogitsGradient, &SoftmaxRows.BinaryCrossEntropy);

    private Action Losses(TensorView logits, TensorView targets, TensorView statistics, TensorView gradient,
        delegate*<float*, float*, float*, float*, int, int, void> ofRow)
    {
        float* z = At<float>(logits), t = At<float>(targets), dz = At<float>(gradient);
        var perRow = At<float>(statistics);
        var columns = logits.Shape[^1];
        var rows = logits.Count / columns;
        return PrepareRows(rows, columns, (begin, end) =>
        {
            for (var r = begin; r < end; r++)
            {
                var i = (long)r * columns;
                ofRow(z + i, t + i, perRow + 2 * r, dz + i, columns, rows);
            }
        });
    }

    private static int RangeChunks(int count) => (count + RangeChunk - 1) / RangeChunk;

    /// <summary>A prepared call on rows, cut into ranges of about as many values.</summary>
    private Action PrepareRows(int rows, int columns, Action<int, int> range)
    {
        var rowsPerPart = Math.Max(1, RowChunk / columns);
        var parts = (rows + rowsPerPart - 1) / rowsPerPart;
        PoolJob job = (part, _) => range(part * rowsPerPart, Math.Min(rows, (part + 1) * rowsPerPart));
        return () => pool.Run(parts, job);
    }
}
