namespace GpuQuant.Backends.Cpu;

/// <summary>Where the pixels of a convolution's result lie, in floats: all of them, or every n-th of a larger image.</summary>
/// <param name="Offset">The first pixel.</param>
/// <param name="PixelStride">From a pixel to the next of its row.</param>
/// <param name="RowStride">From a row to the next.</param>
/// <param name="ImageStride">From an image to the next.</param>
internal readonly record struct PixelGrid(long Offset, long PixelStride, long RowStride, long ImageStride)
{
    /// <summary>All pixels, one after the other.</summary>
    public static PixelGrid Dense(in ImageStrips strips, int columns) => new(
        0, columns, (long)strips.OutWidth * columns, (long)strips.OutHeight * strips.OutWidth * columns);

    /// <summary>The pixels of one phase in images of the given size.</summary>
    public static PixelGrid OfPhase(AxisPhase y, AxisPhase x, int height, int width, int channels) => new(
        ((long)y.Phase * width + x.Phase) * channels, (long)x.Stride * channels, (long)y.Stride * width * channels,
        (long)height * width * channels);
}
