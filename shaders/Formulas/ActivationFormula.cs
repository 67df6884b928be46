using GpuQuant.Backends;

namespace GpuQuant.Formulas;

/// <summary>Activations of single values, and their gradients from the output.</summary>
internal static class ActivationFormula
{
    /// <summary>y = activation(x).</summary>
    public static float Apply(Activation activation, float x) => activation switch
    {
        Activation.Relu => x <= 0 ? 0 : x, // not x > 0 ? x : 0, which would hide a NaN
        Activation.Relu6 => x > 6 ? 6 : x <= 0 ? 0 : x,
        Activation.Sigmoid => 1 / (1 + Scalar.Exp(-x)),
        Activation.Tanh => Scalar.Tanh(x),
        _ => x,
    };

    /// <summary>dx from y and dy.</summary>
    public static float Gradient(Activation activation, float y, float dy) => activation switch
    {
        Activation.Relu => y > 0 ? dy : 0,
        Activation.Relu6 => y > 0 && y < 6 ? dy : 0,
        Activation.Sigmoid => dy * y * (1 - y),
        Activation.Tanh => dy * (1 - y * y),
        _ => dy,
    };
}
