using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Fake quantization of a layer's weights, shared by the layers that have them: symmetric, in [-127, 127] for 8 bits, with scales from
/// the weights as they are in this step. The greatest weight is the range's end, so nothing is clamped: gradients pass straight through
/// to the weights themselves.
/// </summary>
internal static class WeightQuantizer
{
    /// <summary>Throws unless a layer's weights can have so many bits.</summary>
    public static void Check(int bits)
    {
        if (bits is not (0 or 8))
            throw new UsageException($"has weights of 8 bits, or 0 for float, got {bits}");
    }

    /// <summary>The kernel that the forward pass uses: the parameter, or its quantized values.</summary>
    /// <param name="pass">The layer.</param>
    /// <param name="bits">0 for the parameter.</param>
    /// <param name="perChannel">Whether each output channel has a scale of its own.</param>
    public static TensorView Emit(ForwardPass pass, int bits, bool perChannel)
    {
        var kernel = pass.Parameter("kernel");
        if (bits == 0)
            return kernel;
        var channels = perChannel ? kernel.Shape[0] : 1;
        var maximum = (1 << (bits - 1)) - 1;
        var scales = pass.Scratch("weight_scales", DType.Float32, new Shape(channels));
        var zeroPoints = pass.Scratch("weight_zero_points", DType.Int32, new Shape(channels));
        var quantized = pass.Scratch("kernel", DType.Float32, kernel.Shape);
        pass.Emit(new SymmetricRangeCall(kernel, scales, zeroPoints, maximum));
        pass.Emit(new FakeQuantizeForwardCall(kernel, scales, zeroPoints, quantized, kernel.Count / channels, -maximum, maximum));
        return quantized;
    }

    /// <summary>The kernel that the forward pass used.</summary>
    public static TensorView Used(BackwardPass pass, int bits) => bits == 0 ? pass.Parameter("kernel") : pass.Saved("kernel");
}
