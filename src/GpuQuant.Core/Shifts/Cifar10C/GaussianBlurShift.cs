using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// A Gaussian blur of each channel (CIFAR-10-C): sigma 0.4 to 1 pixel, the edge's pixels repeated outside. Nothing is drawn.
/// </summary>
/// <example>Severity 5 (sigma 1): a single white pixel becomes 40 (0.159 of 255) and its neighbours 24.</example>
public sealed class GaussianBlurShift : Cifar10CShift
{
    private static readonly double[] Sigmas = [.4, .6, .7, .8, 1];

    /// <inheritdoc/>
    public override string Name => "gaussian_blur";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("sigma", 0, 20, "the standard deviation in pixels")];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var filter = new GaussianFilter(given["sigma"] ?? Sigmas[severity - 1]);
        var (pixels, width) = (shape[0] * shape[1], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            using var plane = new Rented<double>(pixels);
            for (var channel = 0; channel < ColourPlanes.Channels; channel++)
            {
                ColourPlanes.Split(image, channel, plane.Span);
                filter.Apply(plane.Span, width);
                ColourPlanes.Join(plane.Span, channel, result);
            }
        };
    }
}
