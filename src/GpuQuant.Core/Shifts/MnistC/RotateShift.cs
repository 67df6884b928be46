namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Turns the digit around the picture's centre by 0.2 to 1.0 radians to either side (MNIST-C): for the drawn angle c the warp's linear
/// part is ((cos c, -sin c), (sin c, cos c)). Draws one bit, the side.
/// </summary>
/// <example>Severity 2 turns by 0.4 radians, 23 degrees; <c>angle=0.4</c> does so always to the same side.</example>
public sealed class RotateShift : AngledShift
{
    /// <inheritdoc/>
    public override string Name => "rotate";

    private protected override (double A, double B, double C, double D) Linear(double sin, double cos) => (cos, -sin, sin, cos);
}
