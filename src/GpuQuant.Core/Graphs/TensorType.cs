using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The type of a graph's value: element type and the shape of one sample, without the batch dimension.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sample's shape, such as 28x28x1.</param>
public sealed record TensorType(DType Type, Shape Shape)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type}[{Shape}]";
}
