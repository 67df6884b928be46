using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>A warp around the picture's centre by an angle of 0.2 to 1.0 radians to either side. Draws one bit, the side.</summary>
public abstract class AngledShift : MnistCShift
{
    private static readonly double[] Angles = [.2, .4, .6, .8, 1.0];

    /// <inheritdoc/>
    public sealed override int DefaultSeverity => 2;

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<ShiftParameter> OwnParameters => SignedAngle.Parameters;

    /// <inheritdoc/>
    protected sealed override bool Draws => true;

    /// <summary>The warp's linear part, row by row, for the drawn angle's sine and cosine.</summary>
    private protected abstract (double A, double B, double C, double D) Linear(double sin, double cos);

    /// <inheritdoc/>
    protected sealed override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var angle = SignedAngle.Of(given, Angles[severity - 1]);
        var (height, width) = (shape[0], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
            Warp(angle.Draw(ref random), width, height).Apply(image, width, result);
    }

    private AffineWarp Warp(double angle, int width, int height)
    {
        var (a, b, c, d) = Linear(PortableMath.Sin(angle), PortableMath.Cos(angle));
        return AffineWarp.AroundCentre(a, b, c, d, width, height);
    }
}
