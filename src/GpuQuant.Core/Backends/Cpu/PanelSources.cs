using System.Runtime.CompilerServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// One side of a matrix product, delivered in packed panels: a panel holds, for each step along the summed dimension, the values of
/// <c>width</c> neighbouring lanes (rows of the left side, columns of the right). Lanes beyond <c>count</c> become zero.
/// </summary>
internal unsafe interface IPanelSource
{
    /// <summary>panel[k * width + i] = element(first + i, k0 + k) for i below count, 0 for the others; k below depth.</summary>
    void Pack(float* panel, int width, int first, int count, int k0, int depth);
}

/// <summary>element(lane, k) = p[lane * stride + k]: a row-major left side, or a transposed right one.</summary>
internal readonly unsafe struct LaneMajor(float* p, int stride) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        for (var i = 0; i < width; i++)
        {
            var source = p + (long)(first + i) * stride + k0;
            if (i < count)
                Scatter.Run(source, panel + i, width, depth);
            else
                for (var k = 0; k < depth; k++)
                    panel[k * width + i] = 0;
        }
    }
}

/// <summary>element(lane, k) = p[k * stride + lane]: a row-major right side, or a transposed left one.</summary>
internal readonly unsafe struct DepthMajor(float* p, int stride) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        for (var k = 0; k < depth; k++, panel += width)
        {
            new ReadOnlySpan<float>(p + (long)(k0 + k) * stride + first, count).CopyTo(new Span<float>(panel, width));
            new Span<float>(panel + count, width - count).Clear();
        }
    }
}

/// <summary>
/// element(lane = c, k = (jy, jx, out)) = kernel[out, KH - 1 - jy, KW - 1 - jx, c]: the kernel turned by 180 degrees with input and
/// output channels exchanged, which takes output gradients back to the input.
/// </summary>
internal readonly unsafe struct TurnedKernel(float* kernel, int outputs, int taps, int channels) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        for (var k = 0; k < depth; k++, panel += width)
        {
            var (tap, o) = Math.DivRem(k0 + k, outputs);
            var source = kernel + ((long)o * taps + taps - 1 - tap) * channels + first;
            new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(panel, width));
            new Span<float>(panel + count, width - count).Clear();
        }
    }
}

/// <summary>A run of neighbours into one lane of a panel.</summary>
internal static unsafe class Scatter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* source, float* lane, int width, int count)
    {
        for (; count >= 4; count -= 4, source += 4, lane += 4 * width)
        {
            lane[0] = source[0];
            lane[width] = source[1];
            lane[2 * width] = source[2];
            lane[3 * width] = source[3];
        }
        for (; count > 0; count--, source++, lane += width)
            lane[0] = source[0];
    }
}
