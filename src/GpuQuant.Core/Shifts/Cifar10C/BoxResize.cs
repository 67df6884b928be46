namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Changes a colour image's size by averaging (Pillow's box filter): along the rows, then down the columns, each time rounded half up to
/// bytes. Output o of n from m has its centre at (o + 1/2) m / n and averages the inputs whose centres lie within max(m / n, 1) / 2 of it,
/// the upper end included.
/// </summary>
/// <example>
/// From 3 to 2: the centres are 0.75 and 2.25, half the width is 0.75; input 1 (centre 1.5) is at the end of the first box, so the first
/// averages inputs 0 and 1, the second takes input 2.
/// </example>
internal sealed class BoxResize
{
    private readonly (int First, int Count)[] _columns, _rows;
    private readonly int _width;

    /// <summary>Makes the tables.</summary>
    public BoxResize(int height, int width, int newHeight, int newWidth)
    {
        _width = width;
        _columns = Boxes(width, newWidth);
        _rows = Boxes(height, newHeight);
    }

    /// <summary>Resizes an image.</summary>
    /// <param name="image">Height x width x 3 bytes.</param>
    /// <param name="result">New height x new width x 3 bytes.</param>
    public void Apply(ReadOnlySpan<byte> image, Span<byte> result)
    {
        var (height, row, newRow) =
            (image.Length / ColourPlanes.Channels / _width, _width * ColourPlanes.Channels, _columns.Length * ColourPlanes.Channels);
        using var narrow = new Rented<byte>(height * newRow);
        for (var y = 0; y < height; y++)
            Average(image.Slice(y * row, row), ColourPlanes.Channels, _columns, narrow.Span.Slice(y * newRow, newRow));
        Average(narrow.Span, newRow, _rows, result);
    }

    /// <summary>Averages groups of items of <paramref name="length"/> bytes, byte by byte.</summary>
    private static void Average(ReadOnlySpan<byte> items, int length, (int First, int Count)[] boxes, Span<byte> result)
    {
        var written = 0;
        foreach (var (first, count) in boxes)
            for (var i = 0; i < length; i++)
            {
                var sum = 0;
                for (var item = first; item < first + count; item++)
                    sum += items[item * length + i];
                result[written++] = (byte)((2 * sum + count) / (2 * count));
            }
    }

    /// <summary>The inputs of each output, in whole numbers: everything times 2 n.</summary>
    private static (int First, int Count)[] Boxes(int length, int newLength)
    {
        var boxes = new (int First, int Count)[newLength];
        for (var o = 0; o < newLength; o++)
        {
            var (centre, half) = ((2 * o + 1) * length, Math.Max(length, newLength));
            // The first i with (2 i + 1) n > centre - half, and the last with (2 i + 1) n <= centre + half.
            var first = Enumerable.Range(0, length).First(i => (2 * i + 1) * newLength > centre - half);
            var last = Enumerable.Range(0, length).Last(i => (2 * i + 1) * newLength <= centre + half);
            boxes[o] = (first, last - first + 1);
        }
        return boxes;
    }
}
