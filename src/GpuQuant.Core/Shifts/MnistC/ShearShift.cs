namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Slants the digit around the picture's centre by 0.2 to 1.0 radians to either side (MNIST-C): for the drawn angle c the warp's linear
/// part is ((1, -sin c), (0, cos c)), the shear of the library version that made the published set. Draws one bit, the side.
/// </summary>
/// <example>Severity 2 (0.4 radians) moves a row that is 10 pixels from the centre by 3.9 pixels.</example>
public sealed class ShearShift : AngledShift
{
    /// <inheritdoc/>
    public override string Name => "shear";

    private protected override (double A, double B, double C, double D) Linear(double sin, double cos) => (1, -sin, 0, cos);
}
