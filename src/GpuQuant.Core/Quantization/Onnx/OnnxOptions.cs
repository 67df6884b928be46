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
}
