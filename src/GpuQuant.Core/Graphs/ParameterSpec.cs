using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A parameter that an op asks for: weights, statistics, integers of a quantized op.</summary>
/// <param name="Name">The name within the op, such as <c>kernel</c>; in the model it is <c>conv1/kernel</c>.</param>
/// <param name="Type">The element type; training works on <see cref="DType.Float32"/>.</param>
/// <param name="Shape">The shape; the output dimension comes first.</param>
/// <param name="Initializer">How its first values are drawn; null where they come from elsewhere (quantized weights).</param>
/// <param name="Trainable">Whether the optimizer changes it; running statistics are not trainable.</param>
/// <param name="L2">
/// Keras's L2 factor: training minimizes the loss plus <c>L2</c> times the sum of the values' squares, so 2 L2 w joins the gradient.
/// </param>
public sealed record ParameterSpec(string Name, DType Type, Shape Shape, Initializer? Initializer, bool Trainable = true,
    float L2 = 0)
{
    /// <summary>
    /// Whether these are a layer's weights: two or more dimensions and no bias. What weight decay is for; biases, gammas, betas and
    /// quantizers' steps are none.
    /// </summary>
    public bool IsKernel => Shape.Rank > 1 && Name != "bias";
}
