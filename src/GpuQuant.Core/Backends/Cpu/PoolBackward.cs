using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>The gradient of pooling, image by image and window by window, 16 channels at once.</summary>
/// <param name="x">The forward input (maximum only).</param>
/// <param name="y">The forward output (maximum only).</param>
/// <param name="dy">Its gradient.</param>
/// <param name="dx">Overwritten.</param>
/// <param name="window">The forward window.</param>
/// <param name="channels">Values per pixel.</param>
/// <param name="activation">What was applied to the input of the maximum.</param>
internal readonly unsafe struct PoolBackward(
    float* x, float* y, float* dy, float* dx, Window2D window, int channels, Activation activation)
{
    private const int Width = 16;
    private readonly long _imageLength = (long)window.Height * window.Width * channels;

    /// <summary>To the first maximum of each window.</summary>
    public void MaxImage(int image)
    {
        var input = x + image * _imageLength;
        var gradient = dx + image * _imageLength;
        new Span<float>(gradient, (int)_imageLength).Clear();
        var pixel = (long)image * window.OutHeight * window.OutWidth * channels;
        for (var oy = 0; oy < window.OutHeight; oy++)
            for (var ox = 0; ox < window.OutWidth; ox++, pixel += channels)
            {
                var cells = new PoolCells(window, oy, ox, channels);
                var c = 0;
                for (; c + Width <= channels; c += Width)
                    MaxVector(cells, input + c, y + pixel + c, dy + pixel + c, gradient + c);
                for (; c < channels; c++)
                    MaxSingle(cells, input + c, y[pixel + c], dy[pixel + c], gradient + c);
            }
    }

    /// <summary>In equal parts to all positions of each window.</summary>
    public void AverageImage(int image)
    {
        var gradient = dx + image * _imageLength;
        new Span<float>(gradient, (int)_imageLength).Clear();
        var output = dy + (long)image * window.OutHeight * window.OutWidth * channels;
        for (var oy = 0; oy < window.OutHeight; oy++)
            for (var ox = 0; ox < window.OutWidth; ox++, output += channels)
            {
                var cells = new PoolCells(window, oy, ox, channels);
                var c = 0;
                for (; c + Width <= channels; c += Width)
                    Spread(cells, Vector512.Load(output + c) / Vector512.Create((float)cells.Count), gradient + c);
                for (; c < channels; c++)
                    Spread(cells, output[c] / cells.Count, gradient + c);
            }
    }

    /// <summary>
    /// Whether the lanes of a window's value belong to this cell: the first that equals the maximum, or simply the first where that is
    /// NaN, which equals nothing. Takes them out of <paramref name="open"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Take(ref Vector512<float> open, Vector512<float> value, Vector512<float> max)
    {
        var here = open & (Vector512.Equals(value, max) | ~Vector512.Equals(max, max));
        open = Vector512.AndNot(open, here);
        return here;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MaxVector(in PoolCells cells, float* input, float* output, float* outputGradient, float* gradient)
    {
        var max = Vector512.Load(output);
        var share = ElementWise.Gradient(activation, max, Vector512.Load(outputGradient));
        var open = Vector512<float>.AllBitsSet;
        for (var row = cells.First; row < cells.End; row += cells.RowStep)
            for (var cell = row; cell < row + cells.RowLength; cell += channels)
            {
                var here = Take(ref open, Vector512.Load(input + cell), max);
                (Vector512.Load(gradient + cell) + (here & share)).Store(gradient + cell);
            }
    }

    private void MaxSingle(in PoolCells cells, float* input, float max, float outputGradient, float* gradient)
    {
        for (var row = cells.First; row < cells.End; row += cells.RowStep)
            for (var cell = row; cell < row + cells.RowLength; cell += channels)
                if (input[cell] == max || float.IsNaN(max))
                {
                    gradient[cell] += ActivationFormula.Gradient(activation, max, outputGradient);
                    return;
                }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Spread(in PoolCells cells, Vector512<float> share, float* gradient)
    {
        for (var row = cells.First; row < cells.End; row += cells.RowStep)
            for (var cell = row; cell < row + cells.RowLength; cell += channels)
                (Vector512.Load(gradient + cell) + share).Store(gradient + cell);
    }

    private void Spread(in PoolCells cells, float share, float* gradient)
    {
        for (var row = cells.First; row < cells.End; row += cells.RowStep)
            for (var cell = row; cell < row + cells.RowLength; cell += channels)
                gradient[cell] += share;
    }

    /// <summary>The positions of a window inside its image, counted in floats from the image's start.</summary>
    private readonly struct PoolCells
    {
        public PoolCells(in Window2D window, int oy, int ox, int channels)
        {
            var (y, x) = (oy * window.StrideY - window.PadTop, ox * window.StrideX - window.PadLeft);
            var (top, bottom) = (Math.Max(0, y), Math.Min(window.Height, y + window.KernelHeight));
            var (left, right) = (Math.Max(0, x), Math.Min(window.Width, x + window.KernelWidth));
            RowStep = window.Width * channels;
            (First, RowLength, Count) = (top * RowStep + left * channels, (right - left) * channels, (bottom - top) * (right - left));
            End = First + (bottom - top) * RowStep;
        }

        public int First { get; }

        public int End { get; }

        public int RowStep { get; }

        public int RowLength { get; }

        public int Count { get; }
    }
}
