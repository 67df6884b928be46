using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// The trail of a moving camera (CIFAR-10-C; <see cref="MotionBlur"/>) in each channel, at an angle of up to 45 degrees to either side.
/// Draws one uniform number, the angle.
/// </summary>
/// <example>Severity 1 (radius 6, sigma 1): a white pixel leaves a trail of 145, 88, 20, 2.</example>
public sealed class MotionBlurShift : Cifar10CShift
{
    private static readonly (double Radius, double Sigma)[] Strengths = [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)];

    /// <inheritdoc/>
    public override string Name => "motion_blur";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("angle", -180, 180, "in degrees; 0 smears to the left, 90 up")];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (radius, sigma) = Strengths[severity - 1];
        var (angle, pixels, width) = (given["angle"], shape[0] * shape[1], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            var drawn = random.Uniform(-45, 45);
            var blur = new MotionBlur(radius, sigma, angle ?? drawn);
            using var sharp = new Rented<byte>(pixels);
            using var blurred = new Rented<byte>(pixels);
            for (var channel = 0; channel < ColourPlanes.Channels; channel++)
            {
                ColourPlanes.Split(image, channel, sharp.Span);
                blur.Apply(sharp.Span, width, blurred.Span);
                ColourPlanes.Join(blurred.Span, channel, result);
            }
        };
    }
}
