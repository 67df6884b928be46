namespace GpuQuant.Quantization.Onnx;

/// <summary>The shape of an exported net.</summary>
public sealed record OnnxOptions
{
    /// <summary>The only batch size that the file takes; null: any, the dimension is called <c>batch</c>.</summary>
    public int? Batch { get; init; }

    /// <summary>
    /// Whether the file's input is channels first (batch x channels x height x width). By default it is channels last, as everywhere in
    /// GpuQuant, and one Transpose stands at the entrance.
    /// </summary>
    public bool IsChannelsFirst { get; init; }

    /// <summary>
    /// Whether a batch normalization becomes a convolution of each channel by itself, which runtimes have int8 kernels for, in place of a
    /// BatchNormalization.
    /// </summary>
    public bool HasNormsAsConvolutions { get; init; }

    /// <summary>
    /// Whether integer convolutions and dense layers become QLinearConv, in place of a float layer between DequantizeLinear and
    /// QuantizeLinear. A dense layer is one of 1x1 pixels: ONNX's own QLinearMatMul has no bias. What ONNX has no such operator for (sums,
    /// concatenations, means, softmax) stays between DequantizeLinear and QuantizeLinear.
    /// </summary>
    public bool HasQLinearLayers { get; init; }

    /// <summary>
    /// Whether float sums become Sum in place of Add. Runtimes do not fuse it, so it has the meaning that ONNX gives it. ONNX Runtime makes
    /// QLinearAdd of an Add between DequantizeLinear and QuantizeLinear and computes that in float steps of the output, the zero point
    /// included, so that values at or near a tie go to the other integer.
    /// </summary>
    public bool HasExactSums { get; init; }
}
