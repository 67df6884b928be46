using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// TFLite's float16 post-training quantization: batch normalization folded, then weights and biases rounded to half precision and computed
/// with as floats.
/// </summary>
public sealed class Float16Quantizer : IQuantizer
{
    private static readonly QuantizerSpec Halves =
        new(FloatFormat.Float16, Granularity.Tensor, RangeRule.Fixed(FloatFormat.Float16.Least, FloatFormat.Float16.Greatest));

    /// <inheritdoc/>
    public string Name => "float16";

    /// <inheritdoc/>
    public string Description => "float16 weights and biases, batch normalization folded, float arithmetic (TFLite)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration) =>
        QuantizeWeights.WithBiases(FoldBatchNorm.Apply(FakeQuantizers.Remove(model).Float), Halves);

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => StoredTensor.Halves(value);
}
