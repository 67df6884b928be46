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
                for (var k = 0; k < depth; k++)
                    panel[k * width + i] = source[k];
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
            for (var e = Math.Max(inside, -kOfRow); e < end; e++)
                lane[(kOfRow + e) * width] = source[e];
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

/// <summary>Lanes are input pixels, k runs over (ky, kx, out): the output gradients that reach a pixel, the left side of a data gradient.</summary>
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
        for (var tap = k0 / outputs; tap * outputs < k0 + depth; tap++)
        {
            var (ky, kx) = Math.DivRem(tap, window.KernelWidth);
            if (!TryOutput(y + window.PadTop - ky, window.StrideY, window.OutHeight, out var oy)
                || !TryOutput(x + window.PadLeft - kx, window.StrideX, window.OutWidth, out var ox))
                continue;
            var source = gradient + (((long)n * window.OutHeight + oy) * window.OutWidth + ox) * outputs;
            var kOfTap = tap * outputs - k0;
            var end = Math.Min(outputs, depth - kOfTap);
            for (var o = Math.Max(0, -kOfTap); o < end; o++)
                lane[(kOfTap + o) * width] = source[o];
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
