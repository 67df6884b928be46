using System.Runtime.CompilerServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// One side of a matrix product, delivered in packed panels: a panel holds, for each step along the summed dimension, the values of
/// <c>width</c> neighbouring lanes (rows of the left side, columns of the right). Lanes beyond <c>count</c> become zero.
/// A convolution is a matrix product whose sides come from a different source: no unrolled image is ever stored.
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

/// <summary>Lanes are output pixels, k runs over the window's elements (ky, kx, c): the left side of a convolution.</summary>
internal readonly unsafe struct PatchLanes(float* image, int channels, Window2D window) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        new Span<float>(panel, width * depth).Clear();
        for (var i = 0; i < count; i++)
            PackLane(panel + i, width, first + i, k0, depth);
    }

    private void PackLane(float* lane, int width, int pixel, int k0, int depth)
    {
        var (row, x) = Math.DivRem(pixel, window.OutWidth);
        var (n, y) = Math.DivRem(row, window.OutHeight);
        var (top, left) = (y * window.StrideY - window.PadTop, x * window.StrideX - window.PadLeft);
        var runLength = window.KernelWidth * channels;
        // The part of a window row that lies inside the image, in elements.
        var inside = Math.Max(0, -left) * channels;
        var insideEnd = Math.Min(window.KernelWidth, window.Width - left) * channels;
        for (var ky = 0; ky < window.KernelHeight; ky++)
        {
            var iy = top + ky;
            if ((uint)iy >= (uint)window.Height)
                continue;
            var source = image + (((long)n * window.Height + iy) * window.Width + left) * channels;
            var kOfRow = ky * runLength - k0;
            var end = Math.Min(insideEnd, depth - kOfRow);
            var begin = Math.Max(inside, -kOfRow);
            Scatter.Run(source + begin, lane + (kOfRow + begin) * width, width, end - begin);
        }
    }
}

/// <summary>Lanes are the window's elements (ky, kx, c), k runs over output pixels: the right side of a kernel's gradient.</summary>
internal readonly unsafe struct PatchDepth(float* image, int channels, Window2D window) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        new Span<float>(panel, width * depth).Clear();
        for (var k = 0; k < depth; k++)
            PackStep(panel + k * width, first, count, k0 + k);
    }

    private void PackStep(float* step, int first, int count, int pixel)
    {
        var (row, x) = Math.DivRem(pixel, window.OutWidth);
        var (n, y) = Math.DivRem(row, window.OutHeight);
        var (top, left) = (y * window.StrideY - window.PadTop, x * window.StrideX - window.PadLeft);
        var runLength = window.KernelWidth * channels;
        var inside = Math.Max(0, -left) * channels;
        var insideEnd = Math.Min(window.KernelWidth, window.Width - left) * channels;
        for (var ky = first / runLength; ky * runLength < first + count; ky++)
        {
            var iy = top + ky;
            if ((uint)iy >= (uint)window.Height)
                continue;
            var source = image + (((long)n * window.Height + iy) * window.Width + left) * channels;
            var laneOfRow = ky * runLength - first;
            var begin = Math.Max(inside, -laneOfRow);
            var end = Math.Min(insideEnd, count - laneOfRow);
            for (var e = begin; e < end; e++)
                step[laneOfRow + e] = source[e];
        }
    }
}

/// <summary>
/// Lanes are input pixels, k runs over (ky, kx, out): the output gradients that reach a pixel, the left side of a data gradient.
/// </summary>
internal readonly unsafe struct GradientPatchLanes(float* gradient, int outputs, Window2D window) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        new Span<float>(panel, width * depth).Clear();
        for (var i = 0; i < count; i++)
            PackLane(panel + i, width, first + i, k0, depth);
    }

    private void PackLane(float* lane, int width, int pixel, int k0, int depth)
    {
        var (row, x) = Math.DivRem(pixel, window.Width);
        var (n, y) = Math.DivRem(row, window.Height);
        var kOfTap = -k0;
        for (var ky = 0; ky < window.KernelHeight; ky++)
        {
            if (!TryOutput(y + window.PadTop - ky, window.StrideY, window.OutHeight, out var oy))
            {
                kOfTap += window.KernelWidth * outputs;
                continue;
            }
            var line = gradient + ((long)n * window.OutHeight + oy) * window.OutWidth * outputs;
            for (var kx = 0; kx < window.KernelWidth; kx++, kOfTap += outputs)
            {
                var (begin, end) = (Math.Max(0, -kOfTap), Math.Min(outputs, depth - kOfTap));
                if (begin < end && TryOutput(x + window.PadLeft - kx, window.StrideX, window.OutWidth, out var ox))
                    Scatter.Run(line + (long)ox * outputs + begin, lane + (kOfTap + begin) * width, width, end - begin);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryOutput(int position, int stride, int size, out int output)
    {
        output = stride == 1 ? position : position / stride;
        return position >= 0 && output < size && output * stride == position;
    }
}

/// <summary>element(lane = c, k = (ky, kx, out)) of a kernel stored out x ky x kx x c: the right side of a data gradient.</summary>
internal readonly unsafe struct KernelByInput(float* kernel, int outputs, int taps, int channels) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        for (var k = 0; k < depth; k++, panel += width)
        {
            var (tap, o) = Math.DivRem(k0 + k, outputs);
            new ReadOnlySpan<float>(kernel + ((long)o * taps + tap) * channels + first, count).CopyTo(new Span<float>(panel, width));
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
