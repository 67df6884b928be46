using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// DenseNet-121 (Huang et al. 2017, "Densely connected convolutional networks") as Keras has it: conv 7x7x64 and max-pool, each of stride
/// 2 over a padded image; four blocks of 6, 12, 24 and 16 layers (batch-norm, relu, conv 1x1x128, batch-norm, relu, conv 3x3x32), whose
/// outputs are put side by side with their inputs; between the blocks a 1x1 convolution that halves the channels and an average pool;
/// global average pool, dense. Convolutions have no bias. Images of any size and number of channels. Without the dense layer and for 3
/// channels: 7,037,504 parameters. Layers have Keras's names.
/// </summary>
public sealed class Densenet121 : IArchitecture
{
    private const float Epsilon = 1.001e-5f;
    private const int Bottleneck = 4;

    /// <inheritdoc/>
    public string Name => "densenet121";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes) => Build(input, classes, growth: 32, [6, 12, 24, 16]);

    /// <summary>The net in any size.</summary>
    /// <param name="input">The shape of a sample.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="growth">The channels that a layer adds; the first convolution has twice as many.</param>
    /// <param name="blocks">The layers of each block.</param>
    internal static Graph Build(Shape input, int classes, int growth, IReadOnlyList<int> blocks)
    {
        var b = new GraphBuilder();
        var x = Convolve(b, b.Input(input), 2 * growth, 7, "conv1_conv", stride: 2);
        x = b.MaxPool(Activate(b, x, "conv1_bn"), 3, stride: 2, padding: Padding.Half, name: "pool1");
        foreach (var (block, layers) in blocks.Index())
        {
            for (var layer = 1; layer <= layers; layer++)
                x = Layer(b, x, growth, $"conv{block + 2}_block{layer}");
            if (block < blocks.Count - 1)
                x = Shrink(b, x, $"pool{block + 2}");
        }
        x = b.GlobalAveragePool(Activate(b, x, "bn"), "avg_pool");
        return b.Build(b.Softmax(b.Dense(x, classes, "predictions")));
    }

    private static Node Layer(GraphBuilder b, Node x, int growth, string name)
    {
        var y = Convolve(b, Activate(b, x, $"{name}_0_bn"), Bottleneck * growth, 1, $"{name}_1_conv");
        y = Convolve(b, Activate(b, y, $"{name}_1_bn"), growth, 3, $"{name}_2_conv");
        return b.Concat([x, y], $"{name}_concat");
    }

    private static Node Shrink(GraphBuilder b, Node x, string name)
    {
        var y = Convolve(b, Activate(b, x, $"{name}_bn"), x.Output.Shape[2] / 2, 1, $"{name}_conv");
        return b.AveragePool(y, 2, name: $"{name}_pool");
    }

    private static Node Activate(GraphBuilder b, Node x, string name) => b.Relu(b.BatchNorm(x, Epsilon, name: name));

    private static Node Convolve(GraphBuilder b, Node x, int channels, int kernel, string name, int stride = 1) =>
        b.Conv2D(x, channels, kernel, stride, Padding.Half, name, hasBias: false);
}
