using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

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
    public StoredTensor Encode(string name, Tensor value) => StoredTensor.Halves(value);

    private static Tensor Round(Tensor weights)
    {
        var rounded = weights.Clone();
        foreach (ref var value in rounded.Span<float>())
            value = (float)(Half)value;
        return rounded;
    }
}
