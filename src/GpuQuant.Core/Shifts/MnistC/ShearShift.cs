using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Slants the digit around the picture's centre by 0.2 to 1.0 radians to either side (MNIST-C): for the drawn angle c the warp's linear
/// part is ((1, -sin c), (0, cos c)), the shear of the library version that made the published set. Draws one bit, the side.
/// </summary>
/// <example>Severity 2 (0.4 radians) moves a row that is 10 pixels from the centre by 3.9 pixels.</example>
public sealed class ShearShift : MnistCShift
{
    private static readonly double[] Angles = [.2, .4, .6, .8, 1.0];

    /// <inheritdoc/>
    public override string Name => "shear";

    /// <inheritdoc/>
    public override int DefaultSeverity => 2;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters => SignedAngle.Parameters;

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var angle = SignedAngle.Of(given, Angles[severity - 1]);
        var (height, width) = (shape[0], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
            Warp(angle.Draw(ref random), width, height).Apply(image, width, result);
    }

    private static AffineWarp Warp(double angle, int width, int height) =>
        AffineWarp.AroundCentre(1, -PortableMath.Sin(angle), 0, PortableMath.Cos(angle), width, height);
}
