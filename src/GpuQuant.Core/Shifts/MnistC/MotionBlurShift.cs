using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Blurs along a line (MNIST-C, <see cref="MotionBlur"/>): radius and sigma from (10, 3) to (20, 15) pixels, the angle uniform between
/// -45 and 45 degrees. Draws one uniform number, the angle.
/// </summary>
/// <example>Severity 1 with <c>angle=0</c> smears the digit to the left, mostly over 3 pixels.</example>
public sealed class MotionBlurShift : MnistCShift
{
    private static readonly (double Radius, double Sigma)[] Trails = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)];

    /// <inheritdoc/>
    public override string Name => "motion_blur";

    /// <inheritdoc/>
    public override int DefaultSeverity => 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
    [
        new("angle", -180, 180, "in degrees; 0 smears to the left, 90 up"),
        new("radius", 0.1, 100, "half the trail's length in pixels"),
        new("sigma", 0.1, 100, "how far the trail reaches before it fades, in pixels"),
    ];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (radius, sigma) = (given["radius"] ?? Trails[severity - 1].Radius, given["sigma"] ?? Trails[severity - 1].Sigma);
        var (givenAngle, width) = (given["angle"], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            var drawn = random.Uniform(-45, 45);
            new MotionBlur(radius, sigma, givenAngle ?? drawn).Apply(image, width, result);
        };
    }
}
