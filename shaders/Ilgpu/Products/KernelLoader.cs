using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// A convolution's kernel as the gradient of its input multiplies it: a column per input channel, along the depth the window's pixels and,
/// for each, the output channels.
/// </summary>
/// <param name="Values">Outputs x window pixels x channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Area">Pixels of the window.</param>
/// <param name="Channels">Input channels.</param>
/// <param name="IsAligned">1 if every four channels lie in one piece of 16 bytes.</param>
internal readonly record struct KernelLoader(ArrayView<float> Values, Divisor Outputs, int Area, int Channels, int IsAligned)
    : IPanelLoader<float>
{
    public int IsAlongDepth => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Row4<float> Load(int line, int depth)
    {
        var cell = Outputs.Divide(depth);
        var output = depth - cell * Outputs.Value;
        return Neighbours.Load(Values, (output * Area + cell) * Channels + line, cell < Area ? Channels - line : 0, IsAligned);
    }
}
