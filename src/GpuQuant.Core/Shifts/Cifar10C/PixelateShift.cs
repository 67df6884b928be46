using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Coarse pixels (CIFAR-10-C): shrunk by averaging to 0.95 to 0.65 of the side (30 to 20 of 32 pixels) and enlarged again
/// (<see cref="BoxResize"/>). Nothing is drawn.
/// </summary>
/// <example>Severity 5: 32 x 32 becomes 20 x 20; every fifth column of the result repeats two of its neighbours' sources.</example>
public sealed class PixelateShift : Cifar10CShift
{
    private static readonly double[] Factors = [.95, .9, .85, .75, .65];

    /// <inheritdoc/>
    public override string Name => "pixelate";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("factor", 0.01, 1, "the small side by the large one")];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var factor = given["factor"] ?? Factors[severity - 1];
        var (height, width) = (shape[0], shape[1]);
        var (newHeight, newWidth) = (Math.Max(1, (int)(height * factor)), Math.Max(1, (int)(width * factor)));
        var (shrink, enlarge) = (new BoxResize(height, width, newHeight, newWidth), new BoxResize(newHeight, newWidth, height, width));
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            using var small = new Rented<byte>(newHeight * newWidth * ColourPlanes.Channels);
            shrink.Apply(image, small.Span);
            enlarge.Apply(small.Span, result);
        };
    }
}
