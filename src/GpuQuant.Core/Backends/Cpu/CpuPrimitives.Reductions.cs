using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    private const int RangeChunk = 16384;

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
            var (least, greatest) = (float.PositiveInfinity, float.NegativeInfinity);
            var end = Math.Min(count, (chunk + 1) * RangeChunk);
            for (var i = chunk * RangeChunk; i < end; i++)
                (least, greatest) = (MathF.Min(least, x[i]), MathF.Max(greatest, x[i]));
            (partials[2 * chunk], partials[2 * chunk + 1]) = (least, greatest);
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
        return ElementWise.PrepareScalar(pool, call.Input.Count / columns, r =>
            Softmax(x + (long)r * columns, y + (long)r * columns, columns), 64);
    }

    public Action Prepare(SoftmaxBackwardCall call)
    {
        var y = At<float>(call.Output);
        var dy = At<float>(call.OutputGradient);
        var dx = At<float>(call.InputGradient);
        var columns = call.Output.Shape[^1];
        return ElementWise.PrepareScalar(pool, call.Output.Count / columns, r =>
        {
            var (first, dot) = (r * columns, 0f);
            for (var i = first; i < first + columns; i++)
                dot += dy[i] * y[i];
            for (var i = first; i < first + columns; i++)
                dx[i] = y[i] * (dy[i] - dot);
        }, 64);
    }

    public Action Prepare(SoftmaxCrossEntropyCall call)
    {
        var z = At<float>(call.Logits);
        var t = At<float>(call.Targets);
        var statistics = At<float>(call.Statistics);
        var dz = At<float>(call.LogitsGradient);
        var columns = call.Logits.Shape[^1];
        var rows = call.Logits.Count / columns;
        return ElementWise.PrepareScalar(pool, rows, r =>
            CrossEntropyRow(z + r * columns, t + r * columns, statistics + 2 * r, dz + r * columns, columns, rows), 64);
    }

    private static int RangeChunks(int count) => (count + RangeChunk - 1) / RangeChunk;

    private static void Softmax(float* x, float* y, int columns)
    {
        var (max, sum) = (float.NegativeInfinity, 0f);
        for (var c = 0; c < columns; c++)
            max = MathF.Max(max, x[c]);
        for (var c = 0; c < columns; c++)
            sum += y[c] = Scalar.Exp(x[c] - max);
        for (var c = 0; c < columns; c++)
            y[c] /= sum;
    }

    private static void CrossEntropyRow(float* z, float* t, float* statistics, float* dz, int columns, int rows)
    {
        Softmax(z, dz, columns);
        var (max, sumTargets, dot, expSum) = (float.NegativeInfinity, 0f, 0f, 0f);
        for (var c = 0; c < columns; c++)
            max = MathF.Max(max, z[c]);
        for (var c = 0; c < columns; c++)
        {
            expSum += Scalar.Exp(z[c] - max);
            sumTargets += t[c];
            dot += t[c] * (z[c] - max);
        }
        statistics[0] = MathF.Log(expSum) * sumTargets - dot;
        statistics[1] = FirstMaximum(z, columns) == FirstMaximum(t, columns) ? 1 : 0;
        for (var c = 0; c < columns; c++)
            dz[c] = (dz[c] * sumTargets - t[c]) / rows;
    }

    private static int FirstMaximum(float* values, int count)
    {
        var best = 0;
        for (var i = 1; i < count; i++)
            if (values[i] > values[best])
                best = i;
        return best;
    }
}
