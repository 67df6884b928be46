using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// Core ML's float16 weights: weights and biases rounded to half precision, computed with as floats. Batch normalization stays.
/// </summary>
public sealed class Coreml16Quantizer : IQuantizer
{
    /// <inheritdoc/>
    public string Name => "coreml16";

    /// <inheritdoc/>
    public string Description => "float16 weights, float arithmetic (Core ML)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        model = FakeQuantizers.Remove(model).Float;
        var names = model.Graph.Nodes.Where(node => node.Op is not BatchNormOp).SelectMany(node => node.Parameters.Select(node.FullName));
        var rounded = names.Select(name => KeyValuePair.Create(name, Round(model.Parameters[name])));
        return model with { Parameters = model.Parameters.With(rounded) };
    }

    /// <inheritdoc/>
    public Tensor Encode(string name, Tensor value) => EncodeExact(value);

    /// <summary>Half floats where they are exactly the values, else the values.</summary>
    internal static Tensor EncodeExact(Tensor value)
    {
        var floats = value.Span<float>().ToArray();
        var halves = Array.ConvertAll(floats, x => (Half)x);
        // What is not exactly a half float (batch normalization) is stored as it is.
        return Array.TrueForAll(floats, x => (float)(Half)x == x) ? Tensor.From<Half>(halves, value.Shape) : value;
    }

    private static Tensor Round(Tensor weights)
    {
        var rounded = weights.Clone();
        foreach (ref var value in rounded.Span<float>())
            value = (float)(Half)value;
        return rounded;
    }
}
