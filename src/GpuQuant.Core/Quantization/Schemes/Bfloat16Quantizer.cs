using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// Batch normalization folded, then weights and biases rounded to bfloat16, the upper half of a float32, and computed with as floats.
/// </summary>
public sealed class Bfloat16Quantizer : IQuantizer
{
    private static readonly QuantizerSpec UpperHalves =
        new(FloatFormat.BFloat16, Granularity.Tensor, RangeRule.Fixed(FloatFormat.BFloat16.Least, FloatFormat.BFloat16.Greatest));

    /// <inheritdoc/>
    public string Name => "bfloat16";

    /// <inheritdoc/>
    public string Description => "bfloat16 weights and biases, batch normalization folded, float arithmetic";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration) =>
        QuantizeWeights.WithBiases(FoldBatchNorm.Apply(FakeQuantizers.Remove(model).Float), UpperHalves);

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => StoredTensor.UpperHalves(value);
}
