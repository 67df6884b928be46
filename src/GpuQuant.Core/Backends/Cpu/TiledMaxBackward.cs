using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The gradient of maxima over windows that lie side by side, for images of few channels: the pixels of an output row's windows are
/// sorted by their place in the window, so that all windows of the row can be looked at 16 values at once, whatever the channels.
/// </summary>
/// <param name="x">The forward input.</param>
/// <param name="y">The forward output.</param>
/// <param name="dy">Its gradient.</param>
/// <param name="dx">Overwritten.</param>
/// <param name="window">The forward window.</param>
/// <param name="channels">Values per pixel.</param>
/// <param name="images">The batch.</param>
/// <param name="activation">What was applied to the input.</param>
/// <param name="scratch">As many floats per thread as <see cref="ScratchLength"/> says.</param>
internal readonly unsafe struct TiledMaxBackward(
    float* x, float* y, float* dy, float* dx, Window2D window, int channels, int images, Activation activation, float* scratch)
{
    private const int Width = 16;
    private readonly int _outLength = window.OutWidth * channels, _step = window.OutWidth * channels + Width;

    /// <summary>Whether windows lie side by side, without a border, and channels are too few for vectors of their own.</summary>
    public static bool Fits(in Window2D window, int channels) =>
        channels < Width && window.KernelHeight == window.StrideY && window.KernelWidth == window.StrideX
        && window.PadTop == 0 && window.PadLeft == 0
        && window.OutHeight * window.StrideY <= window.Height && window.OutWidth * window.StrideX <= window.Width;

    /// <summary>Floats for the sorted pixels of one output row.</summary>
    public static long ScratchLength(in Window2D window, int channels) =>
        (long)window.KernelArea * (window.OutWidth * channels + Width);

    /// <summary>Handles one image.</summary>
    public void Image(int image, int worker)
    {
        var rowLength = window.Width * channels;
        var first = (long)image * window.Height * rowLength;
        var sorted = scratch + worker * ScratchLength(window, channels);
        if (window.OutHeight * window.StrideY < window.Height || window.OutWidth * window.StrideX < window.Width)
            new Span<float>(dx + first, window.Height * rowLength).Clear();
        for (var oy = 0; oy < window.OutHeight; oy++)
        {
            var output = ((long)image * window.OutHeight + oy) * _outLength;
            for (var ky = 0; ky < window.KernelHeight; ky++)
                Sort(first + (oy * window.StrideY + ky) * rowLength, sorted + (long)ky * window.KernelWidth * _step);
            Choose(output, sorted);
            for (var ky = 0; ky < window.KernelHeight; ky++)
                Unsort(sorted + (long)ky * window.KernelWidth * _step, dx + first + (oy * window.StrideY + ky) * rowLength);
        }
    }

    /// <summary>Takes the pixels of an input row apart by their place in the window. Vectors overlap: the next pixel overwrites.</summary>
    private void Sort(long row, float* sorted)
    {
        var lastVector = (long)images * window.Height * window.Width * channels - Width;
        for (var kx = 0; kx < window.KernelWidth; kx++)
            for (var ox = 0; ox < window.OutWidth; ox++)
            {
                var from = row + (ox * window.StrideX + kx) * channels;
                var to = sorted + kx * _step + ox * channels;
                if (from <= lastVector)
                    Move(x + from, to);
                else
                    Copy(x + from, to);
            }
    }

    /// <summary>
    /// Replaces every value by its part of the gradient. The last vector goes on into the next row's outputs, and into the gap behind the
    /// sorted pixels; only behind the last row of all is nothing to go on into.
    /// </summary>
    private void Choose(long first, float* sorted)
    {
        var output = y + first;
        var outputGradient = dy + first;
        var lastVector = (long)images * window.OutHeight * _outLength - Width - first;
        var i = 0;
        for (; i < _outLength && i <= lastVector; i += Width)
        {
            var max = Vector512.Load(output + i);
            var share = ElementWise.Gradient(activation, max, Vector512.Load(outputGradient + i));
            var open = Vector512<float>.AllBitsSet;
            for (var cell = 0; cell < window.KernelArea; cell++)
            {
                var at = sorted + cell * _step + i;
                (PoolBackward.Take(ref open, Vector512.Load(at), max) & share).Store(at);
            }
        }
        for (; i < _outLength; i++)
            ChooseSingle(output[i], ActivationFormula.Gradient(activation, output[i], outputGradient[i]), sorted + i);
    }

    private void ChooseSingle(float max, float share, float* at)
    {
        var isOpen = true;
        for (var cell = 0; cell < window.KernelArea; cell++, at += _step)
        {
            var isHere = isOpen && (*at == max || float.IsNaN(max));
            (*at, isOpen) = (isHere ? share : 0, isOpen && !isHere);
        }
    }

    private void Unsort(float* sorted, float* row)
    {
        var covered = window.OutWidth * window.StrideX * channels;
        for (var ox = 0; ox < window.OutWidth; ox++)
            for (var kx = 0; kx < window.KernelWidth; kx++)
            {
                var to = (ox * window.StrideX + kx) * channels;
                var from = sorted + kx * _step + ox * channels;
                if (to + Width <= covered)
                    Move(from, row + to);
                else
                    Copy(from, row + to);
            }
    }

    /// <summary>A pixel and what follows it: half a vector where that holds it, since it crosses fewer cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Move(float* from, float* to)
    {
        if (channels <= Width / 2)
            Vector256.Load(from).Store(to);
        else
            Vector512.Load(from).Store(to);
    }

    private void Copy(float* from, float* to)
    {
        for (var c = 0; c < channels; c++)
            to[c] = from[c];
    }
}
