namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Images laid out so that every window lies inside: with a border of zeros, and for the gradient of a strided convolution with zeros
/// between the pixels as well. Where no border is needed the images are used where they are.
/// </summary>
internal readonly unsafe struct BorderedImages
{
    private readonly int _height, _width, _top, _left, _stepY, _stepX;

    private BorderedImages(int count, int height, int width, int channels, int rows, int columns, int top, int left, int stepY, int stepX)
    {
        (Count, _height, _width, Channels, Rows, Columns) = (count, height, width, channels, rows, columns);
        (_top, _left, _stepY, _stepX) = (top, left, stepY, stepX);
    }

    /// <summary>The input of a convolution.</summary>
    public static BorderedImages Input(int count, int channels, in Window2D w) => new(count, w.Height, w.Width, channels,
        (w.OutHeight - 1) * w.StrideY + w.KernelHeight, (w.OutWidth - 1) * w.StrideX + w.KernelWidth, w.PadTop, w.PadLeft, 1, 1);

    /// <summary>Output gradients, to be convolved with the turned kernel: input pixel y collects rows y to y + KH - 1.</summary>
    public static BorderedImages OutputGradients(int count, int outputs, in Window2D w) => new(count, w.OutHeight, w.OutWidth, outputs,
        w.Height + w.KernelHeight - 1, w.Width + w.KernelWidth - 1, w.KernelHeight - 1 - w.PadTop, w.KernelWidth - 1 - w.PadLeft,
        w.StrideY, w.StrideX);

    public int Count { get; }

    public int Channels { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Elements of one image as laid out.</summary>
    public int ImageFloats => Rows * Columns * Channels;

    /// <summary>Whether the images are copied at all.</summary>
    public bool NeedsCopy => _top != 0 || _left != 0 || _stepY != 1 || _stepX != 1 || Rows != _height || Columns != _width;

    /// <summary>Elements of the copies, 0 if there are none.</summary>
    public long Floats => NeedsCopy ? (long)Count * ImageFloats : 0;

    /// <summary>Lays out one image.</summary>
    public void Copy(float* source, float* target, int image)
    {
        source += (long)image * _height * _width * Channels;
        target += (long)image * ImageFloats;
        new Span<float>(target, ImageFloats).Clear();
        for (var y = 0; y < _height; y++)
            if (y * _stepY + _top is var row && row >= 0 && row < Rows)
                CopyRow(source + (long)y * _width * Channels, target + (long)row * Columns * Channels);
    }

    /// <summary>The distance of each element of a window from the window's first, in the order (ky, kx, c).</summary>
    public int[] WindowOffsets(int kernelHeight, int kernelWidth)
    {
        // Pinned, because the kernels keep its address.
        var offsets = GC.AllocateUninitializedArray<int>(kernelHeight * kernelWidth * Channels, pinned: true);
        var k = 0;
        for (var ky = 0; ky < kernelHeight; ky++)
            for (var e = 0; e < kernelWidth * Channels; e++)
                offsets[k++] = ky * Columns * Channels + e;
        return offsets;
    }

    private void CopyRow(float* source, float* target)
    {
        for (var x = 0; x < _width;)
        {
            var column = x * _stepX + _left;
            // Neighbours stay neighbours unless there are gaps between them.
            var run = _stepX == 1 ? Math.Min(_width - x, Columns - column) : 1;
            var skip = Math.Max(0, -column);
            if (run > skip && column < Columns)
                Buffer.MemoryCopy(source + (x + skip) * Channels, target + (column + skip) * Channels,
                    long.MaxValue, (long)(run - skip) * Channels * sizeof(float));
            x += Math.Max(1, run);
        }
    }
}
