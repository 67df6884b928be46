using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Mixes rows; one thread per element.</summary>
internal static class MixupKernel
{
    public static void Mix(
        Index1D i, ArrayView<float> input, ArrayView<int> partners, ArrayView<float> shares, ArrayView<float> output, int length)
    {
        var row = i / length;
        var share = shares[row];
        output[i] = input[i] * share + input[partners[row] * length + i % length] * (1 - share);
    }
}
