using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// ResNet-20 with pre-activation (He et al. 2016, "Identity mappings in deep residual networks") as in the study: conv 3x3x16; three
/// stages of three blocks with 16, 32 and 64 channels, stride 2 at the start of the second and third; batch-norm, relu, global average
/// pool, dense. He-normal weights, L2 1e-6. For 32x32x3 and ten classes: 274,442 parameters.
/// </summary>
public sealed class Resnet20 : IArchitecture
{
    private const float L2 = 1e-6f, DropoutRate = 0.5f;
    private const int BlocksPerStage = 3;

    /// <inheritdoc/>
    public string Name => "resnet20";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes)
    {
        var b = new GraphBuilder();
        var x = Convolve(b, b.Input(input), 16);
        foreach (var channels in new[] { 16, 32, 64 })
            for (var block = 0; block < BlocksPerStage; block++)
                x = Block(b, x, channels);
        x = b.GlobalAveragePool(b.Relu(b.BatchNorm(x)));
        return b.Build(b.Softmax(b.Dense(x, classes, initializer: Initializer.HeNormal, l2: L2)));
    }

    private static Node Block(GraphBuilder b, Node x, int channels)
    {
        var isWidening = x.Output.Shape[2] != channels;
        var stride = isWidening ? 2 : 1;
        var y = Convolve(b, b.Relu(b.BatchNorm(x)), channels, stride);
        y = b.Dropout(Convolve(b, b.Relu(b.BatchNorm(y)), channels), DropoutRate);
        return b.Add(y, isWidening ? Convolve(b, x, channels, stride, kernel: 1) : x);
    }

    private static Node Convolve(GraphBuilder b, Node x, int channels, int stride = 1, int kernel = 3) =>
        b.Conv2D(x, channels, kernel, stride, initializer: Initializer.HeNormal, l2: L2);
}
