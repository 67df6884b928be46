namespace GpuQuant.Backends.Tests.Reference;

public static class ActivationForwardReference
{
    public static Approx[] Compute(Activation activation, float[] input) => [.. input.Select(x => Apply(activation, x))];

    /// <summary>The activation of a value that may carry an error: relu and relu6 do not enlarge it.</summary>
    public static Approx Apply(Activation activation, Approx x) => activation switch
    {
        Activation.Relu => x with { Value = Math.Max(x.Value, 0) },
        Activation.Relu6 => x with { Value = Math.Min(Math.Max(x.Value, 0), 6) },
        Activation.Sigmoid => Sigmoid(x),
        Activation.Tanh => Approx.Tanh(x),
        _ => x,
    };

    // e^-x overflows below -88 and leaves 0 where a number below the least normal one is expected.
    private static Approx Sigmoid(Approx x) => x.Value < -80 ? Approx.Round(0, Math.Exp(-80)) : 1 / (1 + Approx.Exp(-x));
}
