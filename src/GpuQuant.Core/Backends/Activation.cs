namespace GpuQuant.Backends;

/// <summary>Element-wise functions whose gradient follows from their output, so that the input need not be kept.</summary>
public enum Activation
{
    /// <summary>y = x.</summary>
    None,
    /// <summary>y = max(x, 0).</summary>
    Relu,
    /// <summary>y = min(max(x, 0), 6).</summary>
    Relu6,
    /// <summary>y = 1 / (1 + e^-x).</summary>
    Sigmoid,
    /// <summary>y = tanh x.</summary>
    Tanh,
}
