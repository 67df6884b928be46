using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    private const int RowsPerPart = 32;

    public Action Prepare(IntGemmCall call)
    {
        var a = At<sbyte>(call.A);
        var (k, zeroPoint) = (call.A.Shape[1], call.ZeroPoint);
        var rowZeroPoints = AtOrNull<int>(call.RowZeroPoints);
        var padded = IntDots.Padded(call.A.Shape[1]);
        return Dots(call, call.B, call.A.Shape[0], k, new IntOutput(call.Output, call.Bias, call.Requantization),
            (row, patch) =>
                IntDots.WidenRow(a + (long)row * k, (short*)patch, k, rowZeroPoints == null ? zeroPoint : rowZeroPoints[row], padded));
    }

    public Action Prepare(IntConv2DCall call)
    {
        var image = At<sbyte>(call.Input);
        var (channels, window) = (call.Input.Shape[3], call.Window);
        var rowZeroPoints = AtOrNull<int>(call.RowZeroPoints);
        var (zeroPoint, k) = (call.ZeroPoint, PatchLength(call.Window, call.Input));
        return Dots(call, call.Kernel, call.Output.Count / call.Output.Shape[3], k,
            new IntOutput(call.Output, call.Bias, call.Requantization),
            (pixel, patch) =>
            {
                new Span<short>((short*)patch, IntDots.Padded(k)).Clear();
                var cells = WindowCells.Of(window, pixel);
                var offset = rowZeroPoints == null ? zeroPoint : rowZeroPoints[cells.Image];
                var (top, left) = (pixel / window.OutWidth % window.OutHeight * window.StrideY - window.PadTop,
                    pixel % window.OutWidth * window.StrideX - window.PadLeft);
                for (var iy = cells.Top; iy < cells.Bottom; iy++)
                {
                    var source = image + Cell(cells, window, channels, iy, cells.Left);
                    var target = (short*)patch + ((iy - top) * window.KernelWidth + cells.Left - left) * channels;
                    for (var i = 0; i < (cells.Right - cells.Left) * channels; i++)
                        target[i] = (short)(source[i] - offset);
                }
            });
    }

    public Action Prepare(RequantizeCall call)
    {
        var x = At<int>(call.Input);
        var channels = call.Input.Shape[^1];
        var output = new IntOutput(call.Output, call.Bias, call.Requantization);
        return ElementWise.PrepareScalar(pool, call.Input.Count, i => output.Store(i, i % channels, x[i]));
    }

    public Action Prepare(ScaleAccumulatorsCall call)
    {
        var x = At<int>(call.Input);
        var y = At<float>(call.Output);
        var rowScales = At<float>(call.RowScales);
        var channelScales = At<float>(call.ChannelScales);
        var bias = AtOrNull<float>(call.Bias);
        var channels = call.Input.Shape[^1];
        var (perItem, activation, step) = (call.Input.Count / call.RowScales.Count, call.Activation, call.ChannelScales.Count == 1 ? 0 : 1);
        return ElementWise.PrepareScalar(pool, call.Input.Count, i =>
        {
            var c = i % channels;
            var value = x[i] * (rowScales[i / perItem] * channelScales[c * step]);
            y[i] = ActivationFormula.Apply(activation, bias == null ? value : value + bias[c]);
        });
    }

    public Action Prepare(FloatToAccumulatorCall call)
    {
        var x = At<float>(call.Input);
        var y = At<int>(call.Output);
        var accumulate = call.Accumulate;
        return ElementWise.PrepareScalar(pool, call.Input.Count, i => y[i] = (accumulate ? y[i] : 0) + (int)x[i]);
    }

    public Action Prepare(IntSoftmaxCall call)
    {
        var x = At<sbyte>(call.Input);
        var table = At<float>(call.Table);
        var y = At<byte>(call.Output);
        var columns = call.Input.Shape[^1];
        return ElementWise.PrepareScalar(pool, call.Input.Count / columns, r =>
        {
            var row = x + (long)r * columns;
            var (max, sum) = (-128, 0f);
            for (var c = 0; c < columns; c++)
                max = Math.Max(max, row[c]);
            for (var c = 0; c < columns; c++)
                sum += table[max - row[c]];
            var inverse = SoftmaxFormula.Inverse(sum);
            for (var c = 0; c < columns; c++)
                y[(long)r * columns + c] = (byte)SoftmaxFormula.Probability(table[max - row[c]], inverse);
        }, 256);
    }

    /// <summary>All products of the packed rows with all weight rows; <paramref name="pack"/> writes row i's 16-bit elements.</summary>
    private Action Dots(KernelCall call, TensorView weights, int rows, int k, IntOutput output, Action<int, nint> pack)
    {
        var source = At<sbyte>(weights);
        var (outputs, padded) = (weights.Shape[0], IntDots.Padded(k));
        var widened = Scratch<short>(call);
        var patches = widened + (long)outputs * padded;
        PoolJob job = (part, worker) =>
        {
            var patch = patches + (long)worker * padded;
            for (var row = part * RowsPerPart; row < Math.Min(rows, (part + 1) * RowsPerPart); row++)
            {
                pack(row, (nint)patch);
                for (var o = 0; o < outputs; o++)
                    output.Store((long)row * outputs + o, o, IntDots.Dot(patch, widened + (long)o * padded, padded));
            }
        };
        return () =>
        {
            IntDots.Widen(source, widened, outputs, k);
            pool.Run((rows + RowsPerPart - 1) / RowsPerPart, job);
        };
    }
}
