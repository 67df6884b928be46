using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// How a convolution's kernels see its input: in bands of output rows. Where windows are single pixels next to each other, a band is read
/// where it lies. Otherwise the rows it needs are copied, with their border, to a strip in the thread's own memory, where they stay in
/// the cache while every output channel uses them.
/// </summary>
internal readonly unsafe struct ImageStrips
{
    // A strip should leave room for the kernel in a level-2 cache; four bands at least let threads share a single image. Both are
    // independent of the machine, since sums over bands depend on their size.
    private const int StripFloats = 1 << 16, PixelsInPlace = 256, LeastBands = 4, LeastRun = 8, MostTileRows = 16;
    private readonly int _height, _width, _top, _left, _strideX, _strideY, _columns;
    private readonly bool _isInPlace, _isPatches;

    private ImageStrips(int count, int height, int width, int channels, int kernelHeight, int kernelWidth, int strideY, int strideX,
        int top, int left, int outHeight, int outWidth, bool mayBeInPlace = true)
    {
        _isInPlace = mayBeInPlace && kernelHeight * kernelWidth * strideX * strideY == 1 && top == 0 && left == 0
            && outHeight == height && outWidth == width;
        // All pixels of all images follow each other: one image of many rows.
        (Images, _height, _width, OutHeight, OutWidth) =
            _isInPlace ? (1, count * height, width, count * outHeight, outWidth) : (count, height, width, outHeight, outWidth);
        (_top, _left, _strideY, _strideX, Channels) = (top, left, strideY, strideX, channels);
        _columns = Math.Max(1, (outWidth - 1) * strideX + kernelWidth);
        _isPatches = kernelHeight > 1 && kernelWidth * channels < LeastRun;
        (KernelHeight, RowRun) = (kernelHeight, kernelWidth * channels);
        (Runs, RunLength) = _isPatches ? (1, kernelHeight * RowRun) : (kernelHeight, RowRun);
        PixelStride = _isInPlace ? channels : _isPatches ? RunLength : strideX * channels;
        RowStride = _isInPlace || _isPatches ? OutWidth * PixelStride : strideY * _columns * channels;
        var inCache = _isInPlace ? PixelsInPlace / OutWidth : StripFloats / RowStride;
        var enough = (int)((long)Images * OutHeight / LeastBands);
        BandRows = Math.Clamp(Math.Min(inCache, enough), 1, OutHeight);
        Bands = (OutHeight + BandRows - 1) / BandRows;
    }

    /// <summary>The input of a convolution.</summary>
    public static ImageStrips Input(int count, int channels, in Window2D w) => new(count, w.Height, w.Width, channels, w.KernelHeight,
        w.KernelWidth, w.StrideY, w.StrideX, w.PadTop, w.PadLeft, w.OutHeight, w.OutWidth);

    /// <summary>
    /// Output gradients, to be convolved with one phase of the turned kernel. With <paramref name="together"/> 2, neighbouring pixels are
    /// taken two at a time.
    /// </summary>
    public static ImageStrips OutputGradients(int count, int outputs, in Window2D w, AxisPhase y, AxisPhase x, int together) => new(
        count, w.OutHeight, w.OutWidth, outputs, y.Taps, x.Taps + together - 1, 1, together, y.Pad, x.Pad, y.Count, x.Count / together,
        mayBeInPlace: y.Stride * x.Stride == 1);

    /// <summary>Images, or 1 where their pixels follow each other without a border.</summary>
    public int Images { get; }

    /// <summary>Output rows of an image.</summary>
    public int OutHeight { get; }

    /// <summary>Output columns.</summary>
    public int OutWidth { get; }

    /// <summary>Channels of the input.</summary>
    public int Channels { get; }

    /// <summary>Rows of the kernel.</summary>
    public int KernelHeight { get; }

    /// <summary>Elements of one row of a window.</summary>
    public int RowRun { get; }

    /// <summary>Elements of a window.</summary>
    public int WindowLength => KernelHeight * RowRun;

    /// <summary>Runs of neighbouring elements that a window consists of.</summary>
    public int Runs { get; }

    /// <summary>Elements of a run.</summary>
    public int RunLength { get; }

    /// <summary>Floats between the beginnings of two runs.</summary>
    public int RunStride => _columns * Channels;

    /// <summary>Floats between the windows of neighbouring output pixels.</summary>
    public int PixelStride { get; }

    /// <summary>Floats between the windows of neighbouring output rows.</summary>
    public int RowStride { get; }

    /// <summary>Whether all pixels of a band lie at one distance from each other, across rows too.</summary>
    public bool IsFlat => RowStride == OutWidth * PixelStride;

    /// <summary>Output rows of a band; the last band of an image may have fewer.</summary>
    public int BandRows { get; }

    /// <summary>Bands of an image.</summary>
    public int Bands { get; }

    /// <summary>Bands of all images.</summary>
    public int AllBands => Images * Bands;

    /// <summary>Scratch memory of one thread, in floats. Kernels may read some rows of a tile beyond a strip's end.</summary>
    public int ScratchFloats => BorderedFloats + (_isPatches ? BandRows * RowStride : 0) + 2 * MostTileRows * (PixelStride + 1);

    private int BorderedFloats => Math.Max(0, (BandRows - 1) * _strideY + KernelHeight) * RunStride;

    /// <summary>A band's image, first output row and number of output rows.</summary>
    public (int Image, int FirstRow, int Rows) Band(int band)
    {
        var (image, index) = Math.DivRem(band, Bands);
        return (image, index * BandRows, Math.Min(BandRows, OutHeight - index * BandRows));
    }

    /// <summary>The number of a band's first output pixel, counted over all images.</summary>
    public int FirstPixel(int band)
    {
        var (image, row, _) = Band(band);
        return (image * OutHeight + row) * OutWidth;
    }

    /// <summary>The part of the images that a band needs, and its length in bytes.</summary>
    public (nint Address, long Bytes) SourceOf(float* images, int band)
    {
        var (image, firstRow, rows) = Band(band);
        var first = Math.Clamp(firstRow * _strideY - _top, 0, _height);
        var end = Math.Clamp((firstRow + rows - 1) * _strideY - _top + KernelHeight, first, _height);
        var row = (long)_width * Channels;
        return ((nint)(images + (image * (long)_height + first) * row), sizeof(float) * row * (end - first));
    }

    /// <summary>Where the windows of a band can be read: in the images, or in <paramref name="scratch"/>, to which they are copied.</summary>
    public float* Load(float* images, int band, float* scratch)
    {
        var (image, firstRow, rows) = Band(band);
        if (_isInPlace && rows * OutWidth >= MostTileRows)
            return images + (long)firstRow * RowStride;
        var source = images + (long)image * _height * _width * Channels;
        var first = firstRow * _strideY - _top;
        for (var v = 0; v < (rows - 1) * _strideY + KernelHeight; v++)
            CopyRow(source, first + v, scratch + (long)v * RunStride);
        return _isPatches ? GatherPatches(scratch, rows) : scratch;
    }

    /// <summary>One row of a strip: the images' row, if there is one, between its borders.</summary>
    private void CopyRow(float* source, int row, float* target)
    {
        if (row < 0 || row >= _height)
        {
            new Span<float>(target, RunStride).Clear();
            return;
        }
        source += (long)row * _width * Channels;
        var (skipped, left) = (Math.Max(0, -_left), Math.Clamp(_left, 0, _columns));
        var columns = Math.Max(0, Math.Min(_width - skipped, _columns - left));
        var (before, count) = (left * Channels, columns * Channels);
        new Span<float>(target, before).Clear();
        new ReadOnlySpan<float>(source + skipped * Channels, count).CopyTo(new Span<float>(target + before, count));
        new Span<float>(target + before + count, RunStride - before - count).Clear();
    }

    /// <summary>
    /// Windows of few elements per row, such as 5 of one channel, one after the other: the kernels' runs would be too short. A copy may
    /// run over into the next window's place, which is written after it.
    /// </summary>
    private float* GatherPatches(float* strip, int rows)
    {
        float* first = strip + BorderedFloats, target = first;
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < OutWidth; x++)
            {
                var window = strip + (long)y * _strideY * RunStride + x * _strideX * Channels;
                for (var ky = 0; ky < KernelHeight; ky++, window += RunStride, target += RowRun)
                    Vector256.Load(window).Store(target);
            }
        return first;
    }
}
