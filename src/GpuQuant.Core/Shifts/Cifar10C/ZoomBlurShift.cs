using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// The blur of zooming in while the shutter is open (CIFAR-10-C): the mean of the image and its enlargements
/// (<see cref="ClippedZoom"/>) by 1, 1.01, 1.02, ... up to 1.06 to 1.25, in single precision. Square images only; nothing is drawn.
/// </summary>
/// <example>Severity 1 averages 8 images: the original twice (once as the enlargement by 1) and six enlargements.</example>
public sealed class ZoomBlurShift : Cifar10CShift
{
    // The published factors are 1 + i * (1.01 - 1) in floating point: 1.25 is a trifle more, so that its 32.5 pixels round up to 33.
    private const double Step = 1.01 - 1;

    private static readonly int[] Factors = [7, 12, 16, 21, 26];

    /// <inheritdoc/>
    public override string Name => "zoom_blur";

    /// <inheritdoc/>
    protected override bool Fits(Shape shape) => shape[0] == shape[1];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var pixels = shape[0] * shape[1];
        ClippedZoom[] zooms = [.. Enumerable.Range(0, Factors[severity - 1]).Select(i => new ClippedZoom(shape[0], 1 + i * Step))];
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            using var planes = new Rented<double>(2 * pixels);
            using var sum = new Rented<float>(pixels);
            for (var channel = 0; channel < ColourPlanes.Channels; channel++)
                Blur(image, channel, zooms, planes.Span[..pixels], planes.Span[pixels..], sum.Span, result);
        };
    }

    private static void Blur(
        ReadOnlySpan<byte> image, int channel, ClippedZoom[] zooms,
        Span<double> plane, Span<double> zoomed, Span<float> sum, Span<byte> result)
    {
        for (var i = 0; i < plane.Length; i++)
            plane[i] = (float)ByteConversion.ToUnit(image[i * ColourPlanes.Channels + channel]);
        sum.Clear();
        foreach (var zoom in zooms)
        {
            zoom.Apply(plane, zoomed);
            for (var i = 0; i < sum.Length; i++)
                sum[i] += (float)zoomed[i];
        }
        for (var i = 0; i < sum.Length; i++)
            result[i * ColourPlanes.Channels + channel] =
                ByteConversion.TruncateToByte(((float)plane[i] + sum[i]) / (zooms.Length + 1));
    }
}
