namespace GpuQuant.Quantization;

/// <summary>A quantizer to integers that can leave layers without an integer form, such as a tanh, in float.</summary>
public interface IAllowsFloat : IQuantizer
{
    /// <summary>
    /// The same quantizer, which computes such layers in float, between dequantized and quantized values, where it would refuse the net.
    /// </summary>
    IQuantizer AllowingFloat();
}
