using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The right side of a matrix product, delivered in packed panels: a panel holds, for each step along the summed dimension, the values
/// of <c>width</c> neighbouring columns.
/// </summary>
internal unsafe interface IPanelSource
{
    /// <summary>
    /// panel[k * width + i] = element(first + i, k0 + k) for i below count and k below depth; other places are zero or as they were.
    /// </summary>
    void Pack(float* panel, int width, int first, int count, int k0, int depth);
}

/// <summary>element(column, k) = p[column * stride + k]: the kernel of a convolution, the weights of a dense layer.</summary>
internal readonly unsafe struct ColumnMajor(float* p, int stride) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        for (var i = 0; i < count; i++)
            Scatter.Run(p + (long)(first + i) * stride + k0, panel + i, width, depth);
    }
}

/// <summary>element(column, k) = p[k * stride + column]: a row-major matrix.</summary>
internal readonly unsafe struct RowMajor(float* p, int stride) : IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        for (var k = 0; k < depth; k++, panel += width)
            Scatter.Row(p + (long)(k0 + k) * stride + first, panel, count);
    }
}

/// <summary>
/// element(column = c, k = (jy, jx, out)) = kernel[out, y.Tap(jy), x.Tap(jx), c]: the kernel turned by 180 degrees with input and output
/// channels exchanged, which takes output gradients back to the input; of a strided convolution, the taps of one phase.
/// </summary>
internal readonly unsafe struct TurnedKernel(float* kernel, int outputs, int channels, int height, int width, AxisPhase y, AxisPhase x)
    : IPanelSource
{
    public void Pack(float* panel, int panelWidth, int first, int count, int k0, int depth)
    {
        for (var k = 0; k < depth; k++, panel += panelWidth)
        {
            var (tap, o) = Math.DivRem(k0 + k, outputs);
            var (jy, jx) = Math.DivRem(tap, x.Taps);
            var source = kernel + (((long)o * height + y.Tap(jy)) * width + x.Tap(jx)) * channels + first;
            Scatter.Row(source, panel, count);
        }
    }
}

/// <summary>
/// A kernel for two neighbouring pixels at once: <c>columns</c> outputs of the first, then those of the second, whose window begins
/// <c>shift</c> elements later. Rows of a window get that many elements longer. It fills registers that few outputs would leave empty.
/// </summary>
internal readonly unsafe struct PairedKernel<TKernel>(TKernel kernel, int columns, int kernelHeight, int rowRun, int shift) : IPanelSource
    where TKernel : struct, IPanelSource
{
    public void Pack(float* panel, int width, int first, int count, int k0, int depth)
    {
        // Each pixel's window leaves out elements of the longer one.
        new Span<float>(panel, width * depth).Clear();
        for (var ky = 0; ky < kernelHeight; ky++, panel += (long)(rowRun + shift) * width)
        {
            kernel.Pack(panel, width, 0, columns, ky * rowRun, rowRun);
            kernel.Pack(panel + (long)shift * width + columns, width, 0, columns, ky * rowRun, rowRun);
        }
    }
}

/// <summary>Moves values between rows and columns.</summary>
internal static unsafe class Scatter
{
    /// <summary>target[i] = source[i], for rows too short to call the system's copy for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(float* source, float* target, int count)
    {
        var i = 0;
        for (; i + 16 <= count; i += 16)
            Vector512.Load(source + i).Store(target + i);
        for (; i < count; i++)
            target[i] = source[i];
    }

    /// <summary>target[i * width] = source[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* source, float* target, int width, int count)
    {
        for (; count >= 4; count -= 4, source += 4, target += 4 * width)
        {
            target[0] = source[0];
            target[width] = source[1];
            target[2 * width] = source[2];
            target[3 * width] = source[3];
        }
        for (; count > 0; count--, source++, target += width)
            target[0] = source[0];
    }
}
