using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// Core ML's weight-only linear 8-bit quantization: each output channel's weights are rounded to 256 steps between their least and
/// greatest, and computed with as floats. An embedding's output channels are its table's columns. Convolutions with fewer than 4 input
/// channels or 4,096 weights, biases and batch normalization stay as they are.
/// </summary>
public sealed class Coreml8Quantizer : IQuantizer
{
    private const int LeastChannels = 4, LeastWeights = 4096;

    /// <inheritdoc/>
    public string Name => "coreml8";

    /// <inheritdoc/>
    public string Description => "8-bit weights per channel, float arithmetic (Core ML linear)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        model = FakeQuantizers.Remove(model).Float;
        var names = model.Graph.Nodes.Where(IsQuantized).Select(node => $"{node.Name}/kernel").Concat(TextWeights.Of(model.Graph));
        var rounded = names.Select(name => KeyValuePair.Create(name, TextWeights.IsTable(name)
            ? Round(model.Parameters[name].Transposed()).Transposed()
            : Round(model.Parameters[name])));
        return model with { Parameters = model.Parameters.With(rounded) };
    }

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) =>
        TextWeights.IsTable(name) ? StoredTensor.Columns(value)
        : TextWeights.IsWeights(name) ? StoredTensor.Channels(value)
        : StoredTensor.AsItIs(value);

    /// <summary>Weights to the nearest of 256 steps per channel, halves to even, as values.</summary>
    internal static Tensor Round(Tensor weights)
    {
        var rounded = weights.Clone();
        var length = (int)(weights.Shape.Count / weights.Shape[0]);
        for (var c = 0; c < weights.Shape[0]; c++)
        {
            var channel = rounded.Span<float>().Slice(c * length, length);
            var (least, greatest) = (float.PositiveInfinity, float.NegativeInfinity);
            foreach (var value in channel)
                (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
            var scale = (greatest - least) / 255;
            if (scale > 0)
                foreach (ref var value in channel)
                    value = MathF.Round((value - least) / scale, MidpointRounding.ToEven) * scale + least;
        }
        return rounded;
    }

    private static bool IsQuantized(Node node) => node.Op is DenseOp
        || (node.Op is Conv2DOp && node.Parameters[0].Shape is var shape && shape[3] >= LeastChannels && shape.Count >= LeastWeights);
}
