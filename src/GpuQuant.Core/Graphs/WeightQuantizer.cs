using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Fake quantization of a layer's weights: symmetric integers without the least one, so that 4 bits are -7 to 7, as integer kernels take
/// them. Weights that are learned with a step have it in the parameter <c>kernel_step</c>.
/// </summary>
/// <param name="Bits">2 to 16; DoReFa's 2^bits values are odd multiples of a step and need one bit more as integers.</param>
/// <param name="Method">How the steps come about.</param>
/// <param name="PerChannel">Whether each output channel has a step of its own; DoReFa has one for all.</param>
/// <example>8 bits by range, weights [[0.5, -1.27]]: a step of 0.01, integers 50 and -127.</example>
public sealed record WeightQuantizer(int Bits = 8, QuantizerMethod Method = QuantizerMethod.Range, bool PerChannel = true)
{
    /// <summary>The greatest integer; the least is its negative.</summary>
    internal int Greatest => (1 << (Bits - 1)) - 1;

    /// <summary>Whether the step is a parameter.</summary>
    internal bool HasStep => Method is QuantizerMethod.Lsq or QuantizerMethod.LsqPlus;

    /// <summary>Throws unless weights can be quantized that way.</summary>
    /// <exception cref="UsageException">The bits or the method do not fit weights.</exception>
    internal void Check()
    {
        if (Bits is < 2 or > 16)
            throw new UsageException($"has weights of 2 to 16 bits, got {Bits}");
        if (Method == QuantizerMethod.Pact)
            throw new UsageException("cannot have weights quantized by PACT, which is for activations; take dorefa, as its authors did");
        if (Method == QuantizerMethod.Dorefa && PerChannel)
            throw new UsageException("has DoReFa weights, which share one scale; set PerChannel to false");
    }
}
