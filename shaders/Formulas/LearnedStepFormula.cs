namespace GpuQuant.Formulas;

/// <summary>Learned quantization of single values: the scale of a learned number, what is inside, and the gradients.</summary>
internal static class LearnedStepFormula
{
    private const float LeastNormal = 1.17549435e-38f;

    /// <summary>Whether a learned number has no value yet: nearer to 0 than the least normal number.</summary>
    public static bool IsUnset(float step) => Scalar.Abs(step) < LeastNormal;

    /// <summary>The scale of a learned step, or of a learned end of the range; 1 where that is unset or too small.</summary>
    public static float Scale(float step, int maximum, bool isEnd)
    {
        var magnitude = Scalar.Abs(step);
        var scale = isEnd ? magnitude / maximum : magnitude;
        return scale < LeastNormal ? 1 : scale;
    }

    /// <summary>The integer that stands for 0, where the integer 0 stands for an offset.</summary>
    public static int ZeroPoint(float offset, float scale, int minimum, int maximum) =>
        QuantizeFormula.Place(QuantizeFormula.RoundHalfAway(-offset / scale), 0, minimum, maximum);

    /// <summary>Which side of the range a value lies on: -1 at or below its low end, 1 at or above its high end, 0 inside.</summary>
    public static int Side(float x, float scale, int zeroPoint, int minimum, int maximum)
    {
        var v = x / scale + zeroPoint;
        return v <= minimum ? -1 : v >= maximum ? 1 : 0;
    }

    /// <summary>What a value gives to its step's gradient.</summary>
    public static float StepGradient(float x, float dy, float scale, int side, int minimum, int maximum)
    {
        var steps = x / scale;
        var inside = QuantizeFormula.RoundHalfAway(steps) - steps;
        return (side == 0 ? inside : side < 0 ? minimum : maximum) * dy;
    }

    /// <summary>A weight between -1 and 1, as an odd number of half intervals.</summary>
    public static float Dorefa(float t, float greatest, int intervals)
    {
        var share = t / greatest * 0.5f + 0.5f;
        return 2 * QuantizeFormula.RoundHalfAway(share * intervals) / intervals - 1;
    }

    /// <summary>The gradient of a weight through the tanh.</summary>
    public static float DorefaGradient(float t, float greatest, float dy) => dy * (1 - t * t) / greatest;
}
