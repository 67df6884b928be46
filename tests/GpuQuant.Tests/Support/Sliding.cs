using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>TensorFlow's windows over images, written down a second time: which pixels an output pixel looks at.</summary>
internal readonly record struct Sliding(Shape From, Shape To, int Size, int Stride, Padding Padding)
{
    /// <summary>
    /// The cells of one output pixel's window that lie inside the image, as row and column of the window and the input pixel's number;
    /// pixels are numbered over the whole batch.
    /// </summary>
    public IEnumerable<(int Row, int Column, int Pixel)> Window(int outputPixel)
    {
        var perSample = To[0] * To[1];
        var (sample, y, x) = (outputPixel / perSample, outputPixel % perSample / To[1], outputPixel % To[1]);
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                var (fromY, fromX) = (y * Stride + row - Before(From[0], To[0]), x * Stride + column - Before(From[1], To[1]));
                if (fromY >= 0 && fromY < From[0] && fromX >= 0 && fromX < From[1])
                    yield return (row, column, (sample * From[0] + fromY) * From[1] + fromX);
            }
        }
    }

    // TensorFlow's "same" puts the smaller half of the padding before the image.
    private int Before(int from, int to) => Padding switch
    {
        Padding.Valid => 0,
        Padding.Half => Size / 2,
        _ => Math.Max(0, (to - 1) * Stride + Size - from) / 2,
    };
}
