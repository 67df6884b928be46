using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// ResNet-50 (He et al. 2016, "Deep residual learning for image recognition") as Keras has it (V1): conv 7x7x64 and max-pool, each of
/// stride 2 over a padded image; four stages of 3, 4, 6 and 3 bottlenecks (1x1, 3x3, 1x1) of 64, 128, 256 and 512 channels and four times
/// as many outputs, stride 2 in the first 1x1 of the second to fourth stage; global average pool, dense. Images of any size and number of
/// channels. Without the dense layer and for 3 channels: 23,587,712 parameters. Layers have Keras's names.
/// </summary>
public sealed class Resnet50 : IArchitecture
{
    private const float Epsilon = 1.001e-5f;
    private const int Expansion = 4;

    /// <inheritdoc/>
    public string Name => "resnet50";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes) => Build(input, classes, stem: 64, [(64, 3), (128, 4), (256, 6), (512, 3)]);

    /// <summary>The net in any size.</summary>
    /// <param name="input">The shape of a sample.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="stem">Channels of the first convolution.</param>
    /// <param name="stages">Of each stage: the channels of its bottlenecks, and how many there are.</param>
    internal static Graph Build(Shape input, int classes, int stem, IReadOnlyList<(int Channels, int Blocks)> stages)
    {
        var b = new GraphBuilder();
        var x = b.Relu(Convolve(b, b.Input(input), stem, 7, "conv1", stride: 2));
        x = b.MaxPool(x, 3, stride: 2, padding: Padding.Half, name: "pool1_pool");
        foreach (var (stage, (channels, blocks)) in stages.Index())
            for (var block = 1; block <= blocks; block++)
                x = Block(b, x, channels, block == 1 && stage > 0 ? 2 : 1, hasProjection: block == 1, $"conv{stage + 2}_block{block}");
        return b.Build(b.Softmax(b.Dense(b.GlobalAveragePool(x, "avg_pool"), classes, "predictions")));
    }

    private static Node Block(GraphBuilder b, Node x, int channels, int stride, bool hasProjection, string name)
    {
        var shortcut = hasProjection ? Convolve(b, x, Expansion * channels, 1, $"{name}_0", stride) : x;
        var y = b.Relu(Convolve(b, x, channels, 1, $"{name}_1", stride));
        y = b.Relu(Convolve(b, y, channels, 3, $"{name}_2"));
        y = Convolve(b, y, Expansion * channels, 1, $"{name}_3");
        return b.Relu(b.Add(shortcut, y, $"{name}_add"), $"{name}_out");
    }

    private static Node Convolve(GraphBuilder b, Node x, int channels, int kernel, string name, int stride = 1) =>
        b.BatchNorm(b.Conv2D(x, channels, kernel, stride, Padding.Half, $"{name}_conv"), Epsilon, name: $"{name}_bn");
}
