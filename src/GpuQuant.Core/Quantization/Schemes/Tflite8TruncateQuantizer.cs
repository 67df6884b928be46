using GpuQuant.Backends;
using GpuQuant.Graphs;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// <c>tflite8</c> with the input cast of the study's harness: quotients are cut off towards zero and wrap around where they leave int8,
/// in place of being rounded and clamped. A scheme of its own, so that its rows have a name of their own.
/// </summary>
public sealed class Tflite8TruncateQuantizer : IQuantizer
{
    private readonly Tflite8Quantizer _scheme = new() { InputCast = Rounding.TruncateAndWrap };

    /// <inheritdoc/>
    public string Name => "tflite8-truncate";

    /// <inheritdoc/>
    public string Description => "tflite8 whose inputs are truncated and wrap around (the study's harness)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration) => _scheme.Quantize(model, calibration);
}
