namespace GpuQuant.Backends.Tests.Reference;

public static class ActivationBackwardReference
{
    public static Approx[] Compute(Activation activation, float[] output, float[] outputGradient) =>
        [.. output.Zip(outputGradient, (y, dy) => Gradient(activation, y, dy))];

    public static Approx Gradient(Activation activation, Approx y, Approx dy) => activation switch
    {
        Activation.Relu => y.Value > 0 ? dy : 0,
        Activation.Relu6 => y.Value is > 0 and < 6 ? dy : 0,
        Activation.Sigmoid => dy * y * (1 - y),
        Activation.Tanh => dy * (1 - y * y),
        _ => dy,
    };
}
