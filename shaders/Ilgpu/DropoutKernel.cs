using GpuQuant.Backends;
using GpuQuant.Numerics;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Dropout; one thread per eight neighbouring elements of a sample, which share one draw.</summary>
internal static class DropoutKernel
{
    public static void Apply(
        Index1D thread, ArrayView<float> input, ArrayView<int> position, ArrayView<float> output, int length, int blocks, int threshold,
        uint purpose, float factor)
    {
        int sample = thread / blocks;
        var block = thread - sample * blocks;
        var draw = Philox.Block(
            (uint)block, (uint)position[DropoutCall.PositionHeader + sample], (uint)position[2], purpose, (uint)position[0],
            (uint)position[1]);
        var first = sample * length + block * 8;
        var count = length - block * 8;
        Pair(input, output, first, count, draw.X, threshold, factor);
        Pair(input, output, first + 2, count - 2, draw.Y, threshold, factor);
        Pair(input, output, first + 4, count - 4, draw.Z, threshold, factor);
        Pair(input, output, first + 6, count - 6, draw.W, threshold, factor);
    }

    /// <summary>The two elements that share a word, as far as the sample has them.</summary>
    private static void Pair(
        ArrayView<float> input, ArrayView<float> output, int first, int count, uint word, int threshold, float factor)
    {
        if (count > 0)
            output[first] = (int)(word & 0xFFFF) >= threshold ? input[first] * factor : 0;
        if (count > 1)
            output[first + 1] = (int)(word >> 16) >= threshold ? input[first + 1] * factor : 0;
    }
}
