using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The way back through a convolution to images of a single channel. A matrix product would use one of a tile's 16 columns; here 16
/// neighbouring pixels are computed at once, from output gradients laid out as one plane per channel with zeros around it. Each pixel is
/// summed in the order (o, ky, kx).
/// </summary>
/// <param name="call">The call; its workspace holds the planes of each thread.</param>
internal sealed unsafe class GreyGradient(Conv2DBackwardDataCall call)
{
    private const int Lanes = 16, RowBlock = 4, ColumnBlock = 2 * Lanes, MostFloats = 1 << 16;
    private readonly float* _source = CpuMemory.Address<float>(call.OutputGradient);
    private readonly float* _kernel = CpuMemory.Address<float>(call.Kernel);
    private readonly float* _target = CpuMemory.Address<float>(call.InputGradient);
    private readonly float* _planes = CpuMemory.Address<float>(call.Workspace!);
    private readonly Window2D _window = call.Window;
    private readonly int _outputs = call.OutputGradient.Shape[3], _stride = Stride(call.Window), _plane = Plane(call.Window);

    /// <summary>Whether a call is of this kind, and its planes stay in a core's cache.</summary>
    public static bool Suits(Conv2DBackwardDataCall call) => call.InputGradient.Shape[3] == 1
        && call.Window is { StrideY: 1, StrideX: 1 } && PlanesFloats(call) <= MostFloats;

    /// <summary>The planes of all threads.</summary>
    public static long WorkspaceFloats(Conv2DBackwardDataCall call, int workers) => workers * PlanesFloats(call);

    public static Action Prepare(Conv2DBackwardDataCall call, WorkerPool pool)
    {
        var gradient = new GreyGradient(call);
        PoolJob job = gradient.Run;
        return () => pool.Run(call.InputGradient.Shape[0], job);
    }

    private static long PlanesFloats(Conv2DBackwardDataCall call) => call.OutputGradient.Shape[3] * (long)Plane(call.Window);

    // Rows and columns are filled up to whole blocks, which are computed and not stored.
    private static int Plane(in Window2D w) => (RoundUp(w.Height, RowBlock) + w.KernelHeight - 1) * Stride(w);

    private static int Stride(in Window2D w) => RoundUp(RoundUp(w.Width, ColumnBlock) + w.KernelWidth - 1, Lanes);

    private static int RoundUp(int count, int unit) => (count + unit - 1) / unit * unit;

    private void Run(int image, int worker)
    {
        var planes = _planes + (long)worker * _outputs * _plane;
        Spread(image, planes);
        var target = _target + (long)image * _window.Height * _window.Width;
        var block = stackalloc float[RowBlock * ColumnBlock];
        for (var y = 0; y < _window.Height; y += RowBlock)
            for (var x = 0; x < _window.Width; x += ColumnBlock)
            {
                Sum(planes + y * _stride + x, block);
                var (rows, columns) = (Math.Min(RowBlock, _window.Height - y), Math.Min(ColumnBlock, _window.Width - x));
                for (var row = 0; row < rows; row++)
                    new Span<float>(block + row * ColumnBlock, columns).CopyTo(
                        new Span<float>(target + (y + row) * _window.Width + x, columns));
            }
    }

    /// <summary>Puts output pixel (oy, ox) of each channel at row oy + KH - 1 - PadTop and the column alike, and zeros elsewhere.</summary>
    private void Spread(int image, float* planes)
    {
        var source = _source + (long)image * _window.OutHeight * _window.OutWidth * _outputs;
        var (down, right) = (_window.KernelHeight - 1 - _window.PadTop, _window.KernelWidth - 1 - _window.PadLeft);
        // Outputs beyond have no pixel of the image in their window.
        var (firstRow, endRow) = (Math.Max(0, -down), Math.Min(_window.OutHeight, _window.Height + _window.PadTop));
        var (first, end) = (Math.Max(0, -right), Math.Min(_window.OutWidth, _window.Width + _window.PadLeft));
        new Span<float>(planes, _outputs * _plane).Clear();
        for (var o = 0; o < _outputs; o++)
            for (var oy = firstRow; oy < endRow; oy++)
            {
                var from = source + (long)oy * _window.OutWidth * _outputs + o;
                var to = planes + o * _plane + (oy + down) * _stride + right;
                for (var ox = first; ox < end; ox++)
                    to[ox] = from[(long)ox * _outputs];
            }
    }

    /// <summary>Four rows of 32 pixels. Pixel (y, x) meets tap (ky, kx) at row y + KH - 1 - ky and the column alike.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(float* planes, float* block)
    {
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        var (height, width, stride) = (_window.KernelHeight, _window.KernelWidth, _stride);
        var tap = _kernel;
        for (var o = 0; o < _outputs; o++)
            for (var ky = 0; ky < height; ky++)
            {
                var p = planes + o * _plane + (height - 1 - ky) * stride + width - 1;
                for (var kx = 0; kx < width; kx++, p--)
                {
                    var weight = Vector512.Create(*tap++);
                    a0 = Vector512.FusedMultiplyAdd(Vector512.Load(p), weight, a0);
                    a1 = Vector512.FusedMultiplyAdd(Vector512.Load(p + Lanes), weight, a1);
                    b0 = Vector512.FusedMultiplyAdd(Vector512.Load(p + stride), weight, b0);
                    b1 = Vector512.FusedMultiplyAdd(Vector512.Load(p + stride + Lanes), weight, b1);
                    c0 = Vector512.FusedMultiplyAdd(Vector512.Load(p + 2 * stride), weight, c0);
                    c1 = Vector512.FusedMultiplyAdd(Vector512.Load(p + 2 * stride + Lanes), weight, c1);
                    d0 = Vector512.FusedMultiplyAdd(Vector512.Load(p + 3 * stride), weight, d0);
                    d1 = Vector512.FusedMultiplyAdd(Vector512.Load(p + 3 * stride + Lanes), weight, d1);
                }
            }
        a0.Store(block);
        a1.Store(block + Lanes);
        b0.Store(block + ColumnBlock);
        b1.Store(block + ColumnBlock + Lanes);
        c0.Store(block + 2 * ColumnBlock);
        c1.Store(block + 2 * ColumnBlock + Lanes);
        d0.Store(block + 3 * ColumnBlock);
        d1.Store(block + 3 * ColumnBlock + Lanes);
    }
}
