using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// LeNet-1 as in the study (after LeCun et al. 1989): conv 5x5x4, pool, conv 5x5x12, pool, dense. For 28x28x1: 7,206 parameters.
/// </summary>
public sealed class Lenet1 : IArchitecture
{
    /// <inheritdoc/>
    public string Name => "lenet1";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes)
    {
        var b = new GraphBuilder();
        var x = b.Input(input);
        x = b.MaxPool(b.Relu(b.Conv2D(x, 4, kernel: 5)), 2);
        x = b.MaxPool(b.Relu(b.Conv2D(x, 12, kernel: 5)), 2);
        return b.Build(b.Softmax(b.Dense(b.Flatten(x), classes)));
    }
}
