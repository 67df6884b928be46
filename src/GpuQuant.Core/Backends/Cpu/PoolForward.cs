using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>What pooling makes of the values in a window.</summary>
internal interface IPoolRule
{
    static abstract Vector512<float> Merge(Vector512<float> a, Vector512<float> b);

    static abstract float Merge(float a, float b);

    /// <summary>The result from the merged values, of which there were so many.</summary>
    static abstract Vector512<float> Finish(Vector512<float> merged, float count);

    static abstract float Finish(float merged, float count);
}

/// <summary>The greatest value, NaN if there is one.</summary>
internal readonly struct MaxRule : IPoolRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Merge(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    public static float Merge(float a, float b) => MathF.Max(a, b);

    public static Vector512<float> Finish(Vector512<float> merged, float count) => merged;

    public static float Finish(float merged, float count) => merged;
}

/// <summary>The mean.</summary>
internal readonly struct AverageRule : IPoolRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Merge(Vector512<float> a, Vector512<float> b) => a + b;

    public static float Merge(float a, float b) => a + b;

    public static Vector512<float> Finish(Vector512<float> merged, float count) => merged / Vector512.Create(count);

    public static float Finish(float merged, float count) => merged / count;
}

/// <summary>
/// Pooling row by row: the input rows of an output row are merged first, whatever the number of channels, then the pixels of the merged
/// row, 16 channels at once.
/// </summary>
/// <param name="x">Images x height x width x channels.</param>
/// <param name="y">Images x output height x output width x channels.</param>
/// <param name="window">How the window slides.</param>
/// <param name="channels">Values per pixel.</param>
/// <param name="rows">Room for one merged row per thread, see <see cref="RowLength"/>.</param>
internal readonly unsafe struct PoolForward<TRule>(float* x, float* y, Window2D window, int channels, float* rows)
    where TRule : struct, IPoolRule
{
    private const int Width = 16;

    /// <summary>Floats of a merged row; the last vector of a pixel may reach beyond it.</summary>
    public static int RowLength(in Window2D window, int channels) => window.Width * channels + Width;

    /// <summary>Computes one row of the output.</summary>
    public void Row(int row, int worker)
    {
        var (image, oy) = Math.DivRem(row, window.OutHeight);
        var top = oy * window.StrideY - window.PadTop;
        var (first, end) = (Math.Max(0, top), Math.Min(window.Height, top + window.KernelHeight));
        var merged = rows + (long)worker * RowLength(window, channels);
        MergeRows(x + ((long)image * window.Height + first) * window.Width * channels, end - first, merged);
        var output = y + (long)row * window.OutWidth * channels;
        for (var ox = 0; ox < window.OutWidth; ox++)
        {
            var left = ox * window.StrideX - window.PadLeft;
            var (start, stop) = (Math.Max(0, left), Math.Min(window.Width, left + window.KernelWidth));
            // A vector that reaches beyond the pixel's channels writes where the next pixel will, unless there is none.
            var room = (window.OutWidth - ox) * channels;
            MergePixels(merged + start * channels, stop - start, (end - first) * (stop - start), output + ox * channels, room);
        }
    }

    private void MergeRows(float* input, int count, float* merged)
    {
        var length = window.Width * channels;
        var i = 0;
        for (; i + Width <= length; i += Width)
        {
            var value = Vector512.Load(input + i);
            for (var r = 1; r < count; r++)
                value = TRule.Merge(value, Vector512.Load(input + (long)r * length + i));
            value.Store(merged + i);
        }
        for (; i < length; i++)
        {
            merged[i] = input[i];
            for (var r = 1; r < count; r++)
                merged[i] = TRule.Merge(merged[i], input[(long)r * length + i]);
        }
    }

    private void MergePixels(float* pixels, int count, float values, float* output, int room)
    {
        var c = 0;
        for (; c < channels && c + Width <= room; c += Width)
        {
            var value = Vector512.Load(pixels + c);
            for (var p = 1; p < count; p++)
                value = TRule.Merge(value, Vector512.Load(pixels + p * channels + c));
            TRule.Finish(value, values).Store(output + c);
        }
        for (; c < channels; c++)
        {
            var value = pixels[c];
            for (var p = 1; p < count; p++)
                value = TRule.Merge(value, pixels[p * channels + c]);
            output[c] = TRule.Finish(value, values);
        }
    }
}
