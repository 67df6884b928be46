using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Turns the digit around the picture's centre by 0.2 to 1.0 radians to either side (MNIST-C): for the drawn angle c the warp's linear
/// part is ((cos c, -sin c), (sin c, cos c)). Draws one bit, the side.
/// </summary>
/// <example>Severity 2 turns by 0.4 radians, 23 degrees; <c>angle=0.4</c> does so always to the same side.</example>
public sealed class RotateShift : MnistCShift
{
    private static readonly double[] Angles = [.2, .4, .6, .8, 1.0];

    /// <inheritdoc/>
    public override string Name => "rotate";

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

    private static AffineWarp Warp(double angle, int width, int height)
    {
        var (sin, cos) = (PortableMath.Sin(angle), PortableMath.Cos(angle));
        return AffineWarp.AroundCentre(cos, -sin, sin, cos, width, height);
    }
}
