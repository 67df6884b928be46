using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>
/// Float graphs computed a second time: in double, sample by sample, with naive loops, from the definitions of the layers. It shares no
/// code with programs and kernels.
/// </summary>
/// <param name="graph">The graph; parameters are given by full name.</param>
/// <param name="batch">Samples.</param>
/// <param name="isTraining">Whether batch normalization uses the batch's statistics.</param>
internal sealed class DoubleNet(Graph graph, int batch, bool isTraining)
{
    private readonly Dictionary<Node, double[]> _values = [];
    private Dictionary<string, double[]> _parameters = [];

    /// <summary>How near the last run came to a point without a derivative: a relu's kink, or two equal maxima in a window.</summary>
    public double Margin { get; private set; }

    /// <summary>The output of a layer in the last run.</summary>
    public double[] this[Node node] => _values[node];

    /// <summary>Computes all layers; returns the graph's output.</summary>
    public double[] Run(Dictionary<string, double[]> parameters, double[] input)
    {
        (_parameters, Margin) = (parameters, double.PositiveInfinity);
        foreach (var node in graph.Nodes)
            _values[node] = node.Op is InputOp ? input : Evaluate(node);
        return _values[graph.Output];
    }

    /// <summary>
    /// The mean cross-entropy of the logits (the graph's output) against classes, in nats; of sigmoids, the mean binary one of all outputs.
    /// </summary>
    public double Loss(Dictionary<string, double[]> parameters, double[] input, int[] classes)
    {
        var logits = Run(parameters, input);
        var width = logits.Length / batch;
        if (graph.Output.Op is ActivationOp { Activation: Activation.Sigmoid })
            return logits.Select((p, i) => -Math.Log(classes[i / width] == i % width ? p : 1 - p)).Average();
        var sum = 0.0;
        for (var n = 0; n < batch; n++)
        {
            var row = logits.AsSpan(n * width, width);
            var (greatest, total) = (double.NegativeInfinity, 0.0);
            foreach (var z in row)
                greatest = Math.Max(greatest, z);
            foreach (var z in row)
                total += Math.Exp(z - greatest);
            sum += greatest + Math.Log(total) - row[classes[n]];
        }
        return sum / batch;
    }

    private double[] Evaluate(Node node)
    {
        var x = _values[node.Inputs[0]];
        return node.Op switch
        {
            Conv2DOp op => Activate(Convolve(node, op, x), op.Activation),
            FoldedConv2DOp op => Activate(Normalize(node, op.Norm, Convolve(node, op.Convolution, x)), op.Activation),
            DenseOp op => Activate(Multiply(node, op, x), op.Activation),
            BatchNormOp op => Activate(Normalize(node, op, x), op.Activation),
            ActivationOp op => Activate([.. x], op.Activation),
            Pool2DOp op => Pool(node, op, x),
            AddOp => [.. x.Zip(_values[node.Inputs[1]], (a, b) => a + b)],
            ConcatOp => [.. Enumerable.Range(0, x.Length / node.Inputs[0].Output.Shape[^1]).SelectMany(row => node.Inputs.SelectMany(
                part => _values[part].AsSpan(row * part.Output.Shape[^1], part.Output.Shape[^1]).ToArray()))],
            OffsetOp => [.. x.Zip(Parameter(node, "offset"), (a, b) => a + b)],
            FlattenOp => x,
            FakeQuantizeOp { IsObserver: true } => x,
            FakeQuantizeOp { Bits: >= 20 } => x, // steps too small to see: what the straight-through gradient takes it for
            SoftmaxOp => Softmax(x),
            DropoutOp op => isTraining ? Drop(node, op, x) : x,
            MixSamplesOp => isTraining ? Mix(x) : x,
            EmbeddingOp op => [.. x.SelectMany(word => Parameter(node, "table").AsSpan((int)word * op.Width, op.Width).ToArray())],
            RecurrentOp op => new DoubleSequences(op, name => Parameter(node, name), Ordinal(node), isTraining)
                .Run(x, batch, node.Inputs[0].Output.Shape[1]),
            var op => throw new NotSupportedException(op.Kind),
        };
    }

    private double[] Parameter(Node node, string name) => _parameters[$"{node.Name}/{name}"];

    private double[] Multiply(Node node, DenseOp op, double[] x)
    {
        var (kernel, bias, length) = (Parameter(node, "kernel"), Parameter(node, "bias"), x.Length / batch);
        var y = new double[batch * op.Units];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = bias[i % op.Units];
            for (var k = 0; k < length; k++)
                y[i] += kernel[i % op.Units * length + k] * x[i / op.Units * length + k];
        }
        return y;
    }

    private double[] Convolve(Node node, Conv2DOp op, double[] x)
    {
        var (kernel, bias) = (Parameter(node, "kernel"), op.HasBias ? Parameter(node, "bias") : new double[op.Channels]);
        var (from, to) = (node.Inputs[0].Output.Shape, node.Output.Shape);
        var y = new double[batch * to.Count];
        var at = new Sliding(from, to, op.Kernel, op.Stride, op.Padding);
        for (var i = 0; i < y.Length; i++)
        {
            var channel = i % to[2];
            y[i] = bias[channel];
            foreach (var (ky, kx, pixel) in at.Window(i / to[2]))
                for (var c = 0; c < from[2]; c++)
                    y[i] += kernel[((channel * op.Kernel + ky) * op.Kernel + kx) * from[2] + c] * x[pixel * from[2] + c];
        }
        return y;
    }

    private double[] Pool(Node node, Pool2DOp op, double[] x)
    {
        var (from, to) = (node.Inputs[0].Output.Shape, node.Output.Shape);
        var y = new double[batch * to.Count];
        var at = new Sliding(from, to, op.Size, op.Stride, op.Padding);
        for (var i = 0; i < y.Length; i++)
        {
            var window = at.Window(i / to[2]).Select(cell => x[cell.Pixel * from[2] + i % to[2]]).OrderDescending().ToArray();
            y[i] = op.Pooling == PoolKind.Max ? window[0] : window.Average();
            // Between zeros that a relu left, a tie is none: nothing comes back through them.
            if (op.Pooling == PoolKind.Max && window.Length > 1 && (window[0], window[1]) != (0, 0))
                Margin = Math.Min(Margin, window[0] - window[1]);
        }
        return y;
    }

    private double[] Normalize(Node node, BatchNormOp op, double[] x)
    {
        var (gamma, beta) = (Parameter(node, "gamma"), Parameter(node, "beta"));
        var (y, isMeasured) = (new double[x.Length], isTraining && !op.IsFrozen);
        for (var c = 0; c < gamma.Length; c++)
        {
            var channel = x.Where((_, i) => i % gamma.Length == c).ToArray();
            var mean = isMeasured ? channel.Average() : Parameter(node, "mean")[c];
            var variance = isMeasured ? channel.Average(v => (v - mean) * (v - mean)) : Parameter(node, "variance")[c];
            for (var i = c; i < x.Length; i += gamma.Length)
                y[i] = gamma[c] * (x[i] - mean) / Math.Sqrt(variance + op.Epsilon) + beta[c];
        }
        return y;
    }

    private double[] Activate(double[] x, Activation activation)
    {
        foreach (var value in x)
            Margin = Math.Min(Margin, activation switch
            {
                Activation.Relu => Math.Abs(value),
                Activation.Relu6 => Math.Min(Math.Abs(value), Math.Abs(value - 6)),
                _ => double.PositiveInfinity,
            });
        return Array.ConvertAll(x, value => activation switch
        {
            Activation.Relu => Math.Max(value, 0),
            Activation.Relu6 => Math.Clamp(value, 0, 6),
            Activation.Sigmoid => 1 / (1 + Math.Exp(-value)),
            Activation.Tanh => Math.Tanh(value),
            _ => value,
        });
    }

    private int Ordinal(Node node) => graph.Nodes.Where(other => other.Op.GetType() == node.Op.GetType()).ToList().IndexOf(node);

    /// <summary>
    /// Element i of a sample goes by the 16-bit part i % 8 of the Philox block i / 8 at its position; spatial dropout takes the channel's.
    /// </summary>
    private double[] Drop(Node node, DropoutOp op, double[] x)
    {
        var position = Array.ConvertAll(TestModels.RandomPosition(batch), word => (uint)word);
        var layer = (uint)Ordinal(node);
        return [.. x.Select((value, index) =>
        {
            var (sample, i) = (index / (x.Length / batch), index % (x.Length / batch));
            i = op.IsSpatial ? i % node.Output.Shape[^1] : i;
            var draw = Philox.Block((uint)i / 8, position[3 + sample], position[2], (uint)RandomPurpose.Dropout + 256 * layer,
                position[0], position[1]);
            var word = new[] { draw.X, draw.Y, draw.Z, draw.W }[i % 8 / 2];
            var lane = i % 2 == 0 ? word & 0xFFFF : word >> 16;
            return lane < op.Rate * 65536 ? 0 : value / (1 - op.Rate);
        })];
    }

    private double[] Mix(double[] x)
    {
        var (mixing, length, y) = (TestModels.Mixing(batch), x.Length / batch, new double[x.Length]);
        for (var i = 0; i < y.Length; i++)
            for (var other = 0; other < batch; other++)
                y[i] += mixing[i / length * batch + other] * x[other * length + i % length];
        return y;
    }

    private double[] Softmax(double[] x) => [.. x.Chunk(x.Length / batch).SelectMany(row =>
    {
        var powers = row.Select(z => Math.Exp(z - row.Max())).ToArray();
        return powers.Select(power => power / powers.Sum());
    })];
}
