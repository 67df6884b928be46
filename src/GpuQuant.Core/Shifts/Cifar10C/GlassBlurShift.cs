using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Frosted glass (CIFAR-10-C): blurred by sigma and truncated to bytes; then, once or twice, from the last pixel upwards, each pixel
/// takes the colour of itself, its left, its upper or its upper left neighbour with equal odds; blurred again.
/// Draws two integers per pixel from row 31 and column 31 down to row 2 and column 2: dx and dy, -1 or 0.
/// </summary>
/// <remarks>The published data copy colours; the paper speaks of exchanging them, but its program wrote one side only.</remarks>
/// <example>Severity 1 has sigma 0.05, whose radius is 0: colours move by at most one pixel and nothing else happens.</example>
public sealed class GlassBlurShift : Cifar10CShift
{
    private const int Farthest = 1;

    private static readonly (double Sigma, int Passes)[] Strengths = [(.05, 1), (.25, 1), (.4, 1), (.25, 2), (.4, 2)];

    /// <inheritdoc/>
    public override string Name => "glass_blur";

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (sigma, passes) = Strengths[severity - 1];
        var filter = new GaussianFilter(sigma);
        var (height, width) = (shape[0], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            Blur(filter, image, width, result);
            for (var pass = 0; pass < passes; pass++)
                Scatter(result, width, height, ref random);
            Blur(filter, result, width, result);
        };
    }

    /// <summary>Blurs every channel; source and result may be the same.</summary>
    private static void Blur(GaussianFilter filter, ReadOnlySpan<byte> image, int width, Span<byte> result)
    {
        using var plane = new Rented<double>(image.Length / ColourPlanes.Channels);
        for (var channel = 0; channel < ColourPlanes.Channels; channel++)
        {
            ColourPlanes.Split(image, channel, plane.Span);
            filter.Apply(plane.Span, width);
            ColourPlanes.Join(plane.Span, channel, result);
        }
    }

    private static void Scatter(Span<byte> image, int width, int height, ref RandomStream random)
    {
        for (var row = height - Farthest; row > Farthest; row--)
            for (var column = width - Farthest; column > Farthest; column--)
            {
                var dx = random.NextInt32(-Farthest, Farthest);
                var dy = random.NextInt32(-Farthest, Farthest);
                Pixel(image, width, row + dy, column + dx).CopyTo(Pixel(image, width, row, column));
            }
    }

    private static Span<byte> Pixel(Span<byte> image, int width, int row, int column) =>
        image.Slice((row * width + column) * ColourPlanes.Channels, ColourPlanes.Channels);
}
