namespace GpuQuant.Formulas;

/// <summary>A step of projected gradient descent on single values.</summary>
internal static class PgdFormula
{
    /// <summary>
    /// What gradients are multiplied by before they are squared. Those of a mean loss over a batch may be so small that their squares
    /// vanish; a power of two rounds nothing.
    /// </summary>
    public const float Magnification = 1099511627776f; // 2^40

    /// <summary>The value after a step of that length along the gradient's sign.</summary>
    /// <remarks>Asks for NaN by name: ILGPU 1.5.3 compiles the branch on gradient > 0 to OpenCL such that NaN takes it.</remarks>
    public static float Moved(float x, float gradient, float step)
    {
        if (Scalar.IsNaN(gradient))
            return x;
        if (gradient > 0)
            return x + step;
        return gradient < 0 ? x - step : x;
    }

    /// <summary>The value back in the ball around its origin, then in the range of pixels.</summary>
    public static float Bounded(float x, float origin, float radius, float least, float greatest) =>
        Clamp(Clamp(x, origin - radius, origin + radius), least, greatest);

    /// <summary>The nearest value from the least to the greatest.</summary>
    public static float Clamp(float x, float least, float greatest) => x < least ? least : x > greatest ? greatest : x;

    /// <summary>What magnified gradients of that sum of squares are multiplied by to make a step of that length: 0 if they are none.</summary>
    public static float Pace(float squares, float step) => squares > 0 && squares <= float.MaxValue ? step / Scalar.Sqrt(squares) : 0;

    /// <summary>What a change of that sum of squares is multiplied by to stay within the radius.</summary>
    public static float Shrinkage(float squares, float radius) => squares > radius * radius ? radius / Scalar.Sqrt(squares) : 1;
}
