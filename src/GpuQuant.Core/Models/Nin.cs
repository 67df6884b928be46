using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// Network in network (Lin, Chen, Yan 2014) as in the study: three blocks of a convolution and two of 1x1, each followed by batch-norm
/// and relu; pooling and dropout between the blocks; global average pool. Normal weights, L2 1e-6. For 32x32x3 and ten classes: 972,658
/// parameters.
/// </summary>
public sealed class Nin : IArchitecture
{
    private const float L2 = 1e-6f, DropoutRate = 0.5f;
    private static readonly Initializer Spatial = Initializer.Normal(0.01f), Pointwise = Initializer.Normal(0.05f);

    /// <inheritdoc/>
    public string Name => "nin";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes)
    {
        var b = new GraphBuilder();
        var x = Block(b, b.Input(input), 5, 192, 160, 96);
        x = Block(b, Shrink(b, x), 5, 192, 192, 192);
        x = Block(b, Shrink(b, x), 3, 192, 192, classes);
        return b.Build(b.Softmax(b.GlobalAveragePool(x)));
    }

    private static Node Block(GraphBuilder b, Node x, int kernel, int first, int second, int third)
    {
        x = Layer(b, x, kernel, first, Spatial);
        x = Layer(b, x, 1, second, Pointwise);
        return Layer(b, x, 1, third, Pointwise);
    }

    private static Node Layer(GraphBuilder b, Node x, int kernel, int channels, Initializer initializer) =>
        b.Relu(b.BatchNorm(b.Conv2D(x, channels, kernel, initializer: initializer, l2: L2)));

    private static Node Shrink(GraphBuilder b, Node x) => b.Dropout(b.MaxPool(x, 3, stride: 2, padding: Padding.Same), DropoutRate);
}
