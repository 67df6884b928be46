using GpuQuant.Backends;
using GpuQuant.Numerics;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Uniform draws; one thread per four neighbouring elements of a sample, which share one draw.</summary>
internal static class UniformKernel
{
    public static void Draw(Index1D thread, ArrayView<int> position, ArrayView<float> output, int length, int blocks, uint purpose)
    {
        int sample = thread / blocks;
        var block = thread - sample * blocks;
        var draw = Philox.Block(
            (uint)block, (uint)position[DropoutCall.PositionHeader + sample], (uint)position[2], purpose, (uint)position[0],
            (uint)position[1]);
        var first = sample * length + block * 4;
        var count = length - block * 4;
        output[first] = Spread(draw.X);
        if (count > 1)
            output[first + 1] = Spread(draw.Y);
        if (count > 2)
            output[first + 2] = Spread(draw.Z);
        if (count > 3)
            output[first + 3] = Spread(draw.W);
    }

    private static float Spread(uint word) => (int)(word >> 8) * (1f / (1 << 23)) - 1;
}
