namespace GpuQuant.Shifts;

/// <summary>
/// An affine map of the plane from an <em>output</em> pixel (column, row) to the <em>input</em> position that it shows:
/// x = A * column + B * row + C, y = D * column + E * row + F. So a linear part of 2 makes things half as large.
/// </summary>
/// <param name="A">Input columns per output column.</param>
/// <param name="B">Input columns per output row.</param>
/// <param name="C">The input column that output pixel (0, 0) shows.</param>
/// <param name="D">Input rows per output column.</param>
/// <param name="E">Input rows per output row.</param>
/// <param name="F">The input row that output pixel (0, 0) shows.</param>
public readonly record struct AffineWarp(double A, double B, double C, double D, double E, double F)
{
    /// <summary>
    /// The map with the linear part ((a, b), (d, e)) that keeps the picture's centre in place: in 28x28, (13.5, 13.5).
    /// </summary>
    public static AffineWarp AroundCentre(double a, double b, double d, double e, int width, int height)
    {
        var (x, y) = ((width - 1) / 2.0, (height - 1) / 2.0);
        return new(a, b, x - a * x - b * y, d, e, y - d * x - e * y);
    }

    /// <summary>
    /// Warps a grey picture, bilinearly between the four neighbours (floor and ceiling of the position); neighbours outside the
    /// picture count 0. Bytes are rounded as MNIST-C does.
    /// </summary>
    /// <param name="image">Height x width bytes.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="result">As many bytes; must not overlap <paramref name="image"/>.</param>
    public void Apply(ReadOnlySpan<byte> image, int width, Span<byte> result)
    {
        var height = image.Length / width;
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
                result[row * width + column] =
                    ByteConversion.RoundToByte(Sample(image, width, height, A * column + B * row + C, D * column + E * row + F));
    }

    private static double Sample(ReadOnlySpan<byte> image, int width, int height, double x, double y)
    {
        // One pixel outside on each side still shares the border's ink; farther out everything is 0.
        if (!(x > -1 && x < width && y > -1 && y < height))
            return 0;
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, bottom) = ((int)Math.Ceiling(x), (int)Math.Ceiling(y));
        var (dx, dy) = (x - left, y - top);
        var upper = (1 - dx) * Pixel(image, width, height, left, top) + dx * Pixel(image, width, height, right, top);
        var lower = (1 - dx) * Pixel(image, width, height, left, bottom) + dx * Pixel(image, width, height, right, bottom);
        return (1 - dy) * upper + dy * lower;
    }

    private static double Pixel(ReadOnlySpan<byte> image, int width, int height, int x, int y) =>
        (uint)x < (uint)width && (uint)y < (uint)height ? ByteConversion.ToUnit(image[y * width + x]) : 0;
}
