using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Rubber (CIFAR-10-C; Simard, Steinkraus and Platt 2003): a random affine map moves three corners of the image's middle by up to 2.56
/// pixels, then (severities 2 to 5) every pixel is looked up at a random smooth displacement. Pixels are in single precision, sampled
/// bilinearly, the border mirrored. Draws six uniform numbers, x and y of the three corners, then those of the horizontal
/// and of the vertical field, row by row.
/// </summary>
/// <example>Severity 1 has no displacement (alpha 0) and the largest affine part; severity 5 the opposite.</example>
public sealed class ElasticTransformShift : Cifar10CShift
{
    private const double Cut = 3;

    private static readonly (double Alpha, double Sigma, double Affine)[] Strengths =
        [(0, 0, 2.56), (1.6, 6.4, 2.24), (2.56, 1.92, 1.92), (3.2, 1.28, 1.6), (3.2, .96, .96)];

    /// <inheritdoc/>
    public override string Name => "elastic_transform";

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (alpha, sigma, affine) = Strengths[severity - 1];
        var filter = new GaussianFilter(sigma, Border.Mirror, Cut);
        var (height, width) = (shape[0], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            using var pixels = new Rented<float>(image.Length);
            using var fields = new Rented<double>(2 * height * width);
            var warp = DrawWarp(height, width, affine, ref random);
            for (var i = 0; i < image.Length; i++)
                pixels.Span[i] = (float)ByteConversion.ToUnit(image[i]);
            Warp(pixels.Span, height, width, warp);
            if (alpha > 0)
            {
                DrawFields(fields.Span, width, alpha, filter, ref random);
                Displace(pixels.Span, height, width, fields.Span);
            }
            for (var i = 0; i < image.Length; i++)
                result[i] = ByteConversion.TruncateToByte(pixels.Span[i]);
        };
    }

    /// <summary>
    /// Where an output pixel comes from when three corners of a square of a third of the image move at random: the lower right, the
    /// upper right and the upper left one.
    /// </summary>
    private static AffineWarp DrawWarp(int height, int width, double affine, ref RandomStream random)
    {
        var half = Math.Min(height, width) / 3;
        var (left, right, top, bottom) = (width / 2 - half, width / 2 + half, height / 2 - half, height / 2 + half);
        var lowerRight = (X: right + random.Uniform(-affine, affine), Y: bottom + random.Uniform(-affine, affine));
        var upperRight = (X: right + random.Uniform(-affine, affine), Y: top + random.Uniform(-affine, affine));
        var upperLeft = (X: left + random.Uniform(-affine, affine), Y: top + random.Uniform(-affine, affine));
        // One column to the right and one row down on the original, after the move; then the inverse of that map.
        var (columnX, columnY) = ((upperRight.X - upperLeft.X) / (2 * half), (upperRight.Y - upperLeft.Y) / (2 * half));
        var (rowX, rowY) = ((lowerRight.X - upperRight.X) / (2 * half), (lowerRight.Y - upperRight.Y) / (2 * half));
        var determinant = columnX * rowY - rowX * columnY;
        var (a, b, d, e) = (rowY / determinant, -rowX / determinant, -columnY / determinant, columnX / determinant);
        return new(a, b, left - a * upperLeft.X - b * upperLeft.Y, d, e, top - d * upperLeft.X - e * upperLeft.Y);
    }

    private static void DrawFields(Span<double> fields, int width, double alpha, GaussianFilter filter, ref RandomStream random)
    {
        foreach (ref var value in fields)
            value = random.Uniform(-1, 1);
        filter.Apply(fields[..(fields.Length / 2)], width);
        filter.Apply(fields[(fields.Length / 2)..], width);
        foreach (ref var value in fields)
            value = (float)(value * alpha);
    }

    private static void Warp(Span<float> pixels, int height, int width, AffineWarp warp)
    {
        using var old = new Rented<float>(pixels.Length);
        pixels.CopyTo(old.Span);
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                var (x, y) = (warp.A * column + warp.B * row + warp.C, warp.D * column + warp.E * row + warp.F);
                var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
                Between(old.Span, width, x - left, y - top,
                    Mirror.WithoutEdge(left, width), Mirror.WithoutEdge(left + 1, width),
                    Mirror.WithoutEdge(top, height), Mirror.WithoutEdge(top + 1, height), pixels[((row * width + column) * 3)..]);
            }
    }

    private static void Displace(Span<float> pixels, int height, int width, ReadOnlySpan<double> fields)
    {
        using var old = new Rented<float>(pixels.Length);
        pixels.CopyTo(old.Span);
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                var pixel = row * width + column;
                var (x, y) = (column + fields[pixel], row + fields[height * width + pixel]);
                var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
                Between(old.Span, width, x - left, y - top,
                    Mirror.WithEdge(left, width), Mirror.WithEdge(left + 1, width),
                    Mirror.WithEdge(top, height), Mirror.WithEdge(top + 1, height), pixels[(pixel * 3)..]);
            }
    }

    /// <summary>The colour between four pixels.</summary>
    private static void Between(
        ReadOnlySpan<float> image, int width, double dx, double dy, int left, int right, int top, int bottom, Span<float> pixel)
    {
        var upperLeft = image.Slice((top * width + left) * ColourPlanes.Channels, ColourPlanes.Channels);
        var upperRight = image.Slice((top * width + right) * ColourPlanes.Channels, ColourPlanes.Channels);
        var lowerLeft = image.Slice((bottom * width + left) * ColourPlanes.Channels, ColourPlanes.Channels);
        var lowerRight = image.Slice((bottom * width + right) * ColourPlanes.Channels, ColourPlanes.Channels);
        for (var channel = 0; channel < ColourPlanes.Channels; channel++)
            pixel[channel] = (float)(upperLeft[channel] * (1 - dy) * (1 - dx) + upperRight[channel] * (1 - dy) * dx
                + lowerLeft[channel] * dy * (1 - dx) + lowerRight[channel] * dy * dx);
    }
}
