using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// LeNet-5 as in the study (after LeCun et al. 1998): conv 5x5x6, pool, conv 5x5x16, pool, dense 120, 84 and the classes, relu between.
/// For 28x28x1 and ten classes: 107,786 parameters.
/// </summary>
public sealed class Lenet5 : IArchitecture
{
    /// <inheritdoc/>
    public string Name => "lenet5";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes)
    {
        var b = new GraphBuilder();
        var x = b.Input(input);
        x = b.MaxPool(b.Relu(b.Conv2D(x, 6, kernel: 5)), 2);
        x = b.MaxPool(b.Relu(b.Conv2D(x, 16, kernel: 5)), 2);
        x = b.Relu(b.Dense(b.Flatten(x), 120));
        x = b.Relu(b.Dense(x, 84));
        return b.Build(b.Softmax(b.Dense(x, classes)));
    }
}
