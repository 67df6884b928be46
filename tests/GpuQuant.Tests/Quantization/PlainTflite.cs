using System.Numerics;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>
/// TFLite's integer arithmetic written down a second time: naive loops over unbounded integers, roundings from their definitions.
/// </summary>
internal sealed class PlainTflite
{
    private readonly Dictionary<Node, int[]> _values = [];
    private readonly Model _model;
    private readonly int _batch;

    public PlainTflite(Model model, float[] input, int batch)
    {
        (_model, _batch) = (model, batch);
        foreach (var node in model.Graph.Nodes)
            if (node.Op is QuantizeOp quantize)
                _values[node] = [.. input.Select(x => (int)Math.Clamp(
                    AwayFromZero(x / quantize.Scale) + quantize.ZeroPoint, -1 << (quantize.Bits - 1), (1 << (quantize.Bits - 1)) - 1))];
            else if (node.Op is not InputOp && node.Output.Type != DType.Float32)
                _values[node] = Evaluate(node, _values[node.Inputs[0]]);
    }

    public int[] this[Node node] => _values[node];

    private int[] Evaluate(Node node, int[] x) => node.Op switch
    {
        IntConv2DOp op => Convolve(node, op, x),
        IntDenseOp op => Multiply(node, op, x),
        IntPool2DOp op => Pool(node, op, x),
        IntScaleOp op => [.. x.Select((q, i) => Scale(node, op, q, i % (int)node.Output.Shape[^1]))],
        IntAddOp op => [.. x.Zip(_values[node.Inputs[1]], (left, right) => Add(op.Factors, left, right))],
        FlattenOp => x,
        ConcatOp => Concatenate(node),
        IntSoftmaxOp => [.. x.Chunk(x.Length / _batch).SelectMany(row => Softmax(row, Floats(node, "table")))],
        var op => throw new NotSupportedException(op.Kind),
    };

    private int[] Convolve(Node node, IntConv2DOp op, int[] x)
    {
        var (from, to) = (node.Inputs[0].Output.Shape, node.Output.Shape);
        var kernel = Kernel(node);
        var at = new Sliding(from, to, op.Kernel, op.Stride, op.Padding);
        var y = new int[_batch * to.Count];
        for (var i = 0; i < y.Length; i++)
        {
            BigInteger sum = 0;
            foreach (var (row, column, pixel) in at.Window(i / to[2]))
                for (var c = 0; c < from[2]; c++)
                    sum += kernel[((i % to[2] * op.Kernel + row) * op.Kernel + column) * from[2] + c]
                        * (x[pixel * from[2] + c] - op.Output.InputZeroPoint);
            y[i] = Requantize(node, op.Output, sum, i % to[2]);
        }
        return y;
    }

    /// <summary>Pixel by pixel, or vector by vector: the channels of each input in turn.</summary>
    private int[] Concatenate(Node node) =>
        [.. Enumerable.Range(0, _batch * (int)node.Output.Shape.Count / node.Output.Shape[^1]).SelectMany(pixel => node.Inputs.SelectMany(
            input => _values[input].Skip(pixel * input.Output.Shape[^1]).Take(input.Output.Shape[^1])))];

    private int[] Multiply(Node node, IntDenseOp op, int[] x)
    {
        var (kernel, length) = (Kernel(node), x.Length / _batch);
        var y = new int[_batch * op.Units];
        for (var i = 0; i < y.Length; i++)
        {
            BigInteger sum = 0;
            for (var k = 0; k < length; k++)
                sum += kernel[i % op.Units * length + k] * (x[i / op.Units * length + k] - op.Output.InputZeroPoint);
            y[i] = Requantize(node, op.Output, sum, i % op.Units);
        }
        return y;
    }

    private int[] Pool(Node node, IntPool2DOp op, int[] x)
    {
        var (from, to) = (node.Inputs[0].Output.Shape, node.Output.Shape);
        var at = new Sliding(from, to, op.Size, op.Stride, op.Padding);
        return [.. Enumerable.Range(0, _batch * (int)to.Count).Select(i =>
        {
            var window = at.Window(i / to[2]).Select(cell => x[cell.Pixel * from[2] + i % to[2]]).ToArray();
            return op.Pooling == PoolKind.Max ? window.Max() : (int)AwayFromZero(window.Average());
        })];
    }

    private int Scale(Node node, IntScaleOp op, int q, int channel) =>
        Requantize(node, op.Output, Kernel(node)[channel] * (q - op.Output.InputZeroPoint), channel);

    private static int Add(IntAddFactors f, int left, int right)
    {
        var sum = Multiply((left - f.LeftZeroPoint) << f.Headroom, f.LeftMultiplier, f.LeftShift)
            + Multiply((right - f.RightZeroPoint) << f.Headroom, f.RightMultiplier, f.RightShift);
        return (int)BigInteger.Clamp(Multiply(sum, f.OutputMultiplier, f.OutputShift) + f.OutputZeroPoint, f.Minimum, f.Maximum);
    }

    private int Requantize(Node node, IntegerOutput output, BigInteger sum, int channel)
    {
        var (multiplier, shift) = (Integers(node, "multipliers")[channel], Integers(node, "shifts")[channel]);
        var scaled = node.Output.Type == DType.Int16
            ? MultiplyWide(sum + _model.Parameters[$"{node.Name}/bias"].Span<long>()[channel], multiplier, shift)
            : Multiply(sum + Integers(node, "bias")[channel], multiplier, shift);
        return (int)BigInteger.Clamp(scaled + output.OutputZeroPoint, output.Minimum, output.Maximum);
    }

    private static BigInteger Multiply(BigInteger accumulator, int multiplier, int shift)
    {
        Assert.InRange(accumulator, int.MinValue, int.MaxValue);
        // To the nearest 2^31st with halves up, then by 2^-shift to the nearest with halves away from zero.
        var product = ((accumulator << Math.Max(shift, 0)) * multiplier + (1 << 30)) >> 31;
        var unit = BigInteger.One << Math.Max(-shift, 0);
        return product.Sign * ((2 * BigInteger.Abs(product) + unit) / (2 * unit));
    }

    /// <summary>By the multiplier's upper 15 bits, rounded, to the nearest with halves up.</summary>
    private static BigInteger MultiplyWide(BigInteger accumulator, int multiplier, int shift)
    {
        Assert.InRange(accumulator, -(1L << 47), (1L << 47) - 1);
        var upper = Math.Min(0x7FFF, (int)AwayFromZero(multiplier / 65536.0));
        var unit = BigInteger.One << (15 - shift);
        return (2 * accumulator * upper + unit) >> (16 - shift);
    }

    private static IEnumerable<int> Softmax(int[] row, float[] table)
    {
        var powers = row.Select(q => (double)table[row.Max() - q]).ToArray();
        return powers.Select(power => (int)Math.Min(255, AwayFromZero(256 * power / powers.Sum())));
    }

    private int[] Kernel(Node node) => [.. _model.Parameters[$"{node.Name}/kernel"].Span<sbyte>().ToArray().Select(q => (int)q)];

    private int[] Integers(Node node, string name) => _model.Parameters[$"{node.Name}/{name}"].Span<int>().ToArray();

    private float[] Floats(Node node, string name) => _model.Parameters[$"{node.Name}/{name}"].Span<float>().ToArray();

    private static double AwayFromZero(double x) => Math.Round(x, MidpointRounding.AwayFromZero);
}
